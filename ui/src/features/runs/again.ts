import type { JsonObject, NewRun, RollbackStrategy, Run } from '~/api/contract';

const ROLLBACKS: Record<RollbackStrategy, string> = {
  always: 'rollbacks always run',
  default: 'rollbacks by Chaos Toolkit’s default',
  deviated: 'rollbacks run if it deviates',
  never: 'rollbacks never run',
};

/** What starts the same run once more: what its manifest says of it. */
export function sameAgain(run: Pick<Run, 'manifest' | 'version'>, experiment: string): NewRun {
  const manifest = run.manifest as JsonObject;
  const { parameters, rollback_strategy: strategy } = manifest;
  const given = typeof parameters === 'object' && parameters !== null && !Array.isArray(parameters);
  return {
    experiment,
    ...(run.version == null ? {} : { version: run.version }),
    ...(given && Object.keys(parameters).length > 0 ? { parameters } : {}),
    ...(isStrategy(strategy) ? { rollback_strategy: strategy } : {}),
  };
}

/** The same in words, for the tooltip: "Version 3, with base_url = http://shop, rollbacks always run". */
export function againWords(body: NewRun): string {
  const parameters = Object.entries(body.parameters ?? {});
  return [
    body.version == null ? 'The newest version' : `Version ${body.version}`,
    parameters.length === 0
      ? 'no parameters'
      : `with ${parameters.map(([name, value]) => `${name} = ${shown(value)}`).join(', ')}`,
    body.rollback_strategy && ROLLBACKS[body.rollback_strategy],
  ]
    .filter(Boolean)
    .join(', ');
}

function isStrategy(value: unknown): value is RollbackStrategy {
  return typeof value === 'string' && value in ROLLBACKS;
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 38)}…` : text;
}
