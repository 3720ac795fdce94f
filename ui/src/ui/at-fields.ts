import { type ApiProblem, asProblem } from '~/api/problem';

/** A refusal told where it belongs: at the field that it is about, or else above the form. */
interface Told<Field extends string> {
  above: ApiProblem | null;
  at: (field: Field) => string | undefined;
}

/** `fields` says which field each code is about. */
export function atFields<Field extends string>(error: unknown, fields: Record<string, Field>): Told<Field> {
  const problem = error ? asProblem(error) : null;
  const field = problem && Object.hasOwn(fields, problem.code) ? fields[problem.code] : undefined;
  return {
    above: field ? null : problem,
    at: (asked) => (problem && field === asked ? problem.detail || problem.title : undefined),
  };
}

/** Of forms that ask for a new name and password. */
export const NEW_ACCOUNT = {
  'invalid-name': 'name',
  'reserved-name': 'name',
  'name-taken': 'name',
  'weak-password': 'password',
} as const;
