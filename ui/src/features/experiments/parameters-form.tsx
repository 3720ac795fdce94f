import { ActionIcon, NumberInput, Select, Textarea, TextInput } from '@mantine/core';
import { IconRestore } from '@tabler/icons-react';
import type { Json, JsonObject, Parameter } from '~/api/contract';

/** What was typed, by name; what is not named keeps the experiment's own value. */
export type Typed = Record<string, string>;

/** The values that were typed, each of its type; or what is wrong, by name. */
export function valuesOf(parameters: Parameter[], typed: Typed): { values: JsonObject; wrong: Typed } {
  const values: JsonObject = {};
  const wrong: Typed = {};
  for (const parameter of parameters) {
    const text = typed[parameter.name];
    if (text === undefined) continue;
    const read = typedValue(parameter, text);
    if ('wrong' in read) wrong[parameter.name] = read.wrong;
    else values[parameter.name] = read.value;
  }
  return { values, wrong };
}

function typedValue({ type }: Parameter, text: string): { value: Json } | { wrong: string } {
  if (type === 'string') return { value: text };
  if (type === 'boolean') return { value: text === 'true' };
  if (type === 'json') {
    try {
      return { value: JSON.parse(text) as Json };
    } catch {
      return { wrong: 'This is not JSON. Text stands in quotes: "text".' };
    }
  }
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number)) return { wrong: 'Enter a number.' };
  if (type === 'integer' && !Number.isInteger(number)) return { wrong: 'Enter a whole number.' };
  return { value: number };
}

interface Props {
  parameters: Parameter[];
  typed: Typed;
  onChange: (typed: Typed) => void;
}

/** One field for each entry of the experiment's configuration; an empty one keeps what the experiment says. */
export function ParametersForm({ parameters, typed, onChange }: Props) {
  const { wrong } = valuesOf(parameters, typed);
  const set = (name: string, text: string | undefined) => {
    const { [name]: _, ...rest } = typed;
    onChange(text === undefined ? rest : { ...rest, [name]: text });
  };
  return (
    <>
      {parameters.map((parameter) => (
        <Field
          key={parameter.name}
          parameter={parameter}
          text={typed[parameter.name]}
          error={wrong[parameter.name]}
          onText={(text) => set(parameter.name, text)}
        />
      ))}
    </>
  );
}

function Field(props: {
  parameter: Parameter;
  text: string | undefined;
  error: string | undefined;
  onText: (text: string | undefined) => void;
}) {
  const { parameter, text, error, onText } = props;
  const common = {
    label: parameter.name,
    description: descriptionOf(parameter),
    placeholder: placeholderOf(parameter),
    error,
    rightSection: text !== undefined && (
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={`Reset ${parameter.name}`}
        onClick={() => onText(undefined)}
      >
        <IconRestore size={16} />
      </ActionIcon>
    ),
  };
  const typed = text ?? '';
  if (parameter.type === 'boolean')
    return (
      <Select
        {...common}
        data={['true', 'false']}
        value={text ?? null}
        onChange={(value) => onText(value ?? undefined)}
      />
    );
  if (parameter.type === 'integer' || parameter.type === 'number')
    return (
      <NumberInput
        {...common}
        hideControls
        allowDecimal={parameter.type === 'number'}
        value={typed}
        onChange={(value) => onText(value === '' ? undefined : String(value))}
      />
    );
  if (parameter.type === 'json')
    return (
      <Textarea
        {...common}
        autosize
        minRows={1}
        maxRows={6}
        value={typed}
        onChange={(event) => onText(event.currentTarget.value || undefined)}
        styles={{ input: { fontFamily: 'var(--mono)', fontSize: 12.5 } }}
      />
    );
  return (
    <TextInput
      {...common}
      value={typed}
      onChange={(event) => onText(event.currentTarget.value || undefined)}
    />
  );
}

function descriptionOf({ kind, variable }: Parameter): string | undefined {
  if (kind === 'env') return `Otherwise from the environment variable ${variable}.`;
  if (kind === 'dynamic') return 'Otherwise found out when the run starts.';
  return undefined;
}

function placeholderOf({ default: value }: Parameter): string | undefined {
  if (value === null || value === undefined) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
