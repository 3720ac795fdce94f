import { Button, Checkbox, NumberInput, Select, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Json, JsonObject } from '~/api/contract';
import { experimentsQuery } from '~/api/experiments';
import type { ApiProblem } from '~/api/problem';
import { TroubleLine } from '~/ui/trouble';
import { sentenceCase } from '~/ui/words';

interface Props {
  schema: JsonObject;
  title: string;
  config: JsonObject;
  workspace: string;
  submitLabel: string;
  problem: ApiProblem | null;
  pending: boolean;
  onSubmit: (title: string, config: JsonObject) => void;
}

/** A form made from a kind's JSON Schema: one field per property. */
export function WidgetForm(props: Props) {
  const [title, setTitle] = useState(props.title);
  const [config, setConfig] = useState(() => ({ ...defaultsOf(props.schema), ...props.config }));
  const required = Array.isArray(props.schema.required) ? props.schema.required : [];
  return (
    <form
      style={{ display: 'grid', gap: 14 }}
      onSubmit={(event) => {
        event.preventDefault();
        props.onSubmit(title.trim(), config);
      }}
    >
      {props.problem && <TroubleLine problem={props.problem} />}
      <TextInput
        label="Title"
        required
        value={title}
        onChange={(event) => setTitle(event.currentTarget.value)}
        data-autofocus
      />
      {propertiesOf(props.schema).map(([name, property]) => (
        <Field
          key={name}
          name={name}
          property={property}
          value={config[name]}
          required={required.includes(name)}
          workspace={props.workspace}
          onChange={(value) => setConfig({ ...config, [name]: value })}
        />
      ))}
      <Button type="submit" loading={props.pending}>
        {props.submitLabel}
      </Button>
    </form>
  );
}

interface FieldProps {
  name: string;
  property: JsonObject;
  value: Json | undefined;
  required: boolean;
  workspace: string;
  onChange: (value: Json) => void;
}

function Field({ name, property, value, required, workspace, onChange }: FieldProps) {
  const shared = {
    label: textOf(property.title) || sentenceCase(name.replaceAll('_', ' ')),
    description: textOf(property.description) || undefined,
    required,
  };
  const text = typeof value === 'string' ? value : '';
  if (name === 'experiment')
    return <ExperimentField {...shared} workspace={workspace} value={text} onChange={onChange} />;
  if (property.type === 'boolean') {
    return (
      <Checkbox
        label={shared.label}
        description={shared.description}
        checked={value === true}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    );
  }
  if (property.type === 'integer' || property.type === 'number') {
    return (
      <NumberInput
        {...shared}
        value={typeof value === 'number' ? value : ''}
        min={typeof property.minimum === 'number' ? property.minimum : undefined}
        max={typeof property.maximum === 'number' ? property.maximum : undefined}
        allowDecimal={property.type === 'number'}
        onChange={(next) => onChange(typeof next === 'number' ? next : null)}
      />
    );
  }
  if (Array.isArray(property.enum)) {
    return (
      <Select
        {...shared}
        data={property.enum.map(String)}
        value={text || null}
        onChange={(next) => onChange(next ?? '')}
      />
    );
  }
  if (name === 'markdown' || property.format === 'markdown') {
    return (
      <Textarea
        {...shared}
        value={text}
        autosize
        minRows={6}
        maxRows={16}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  return <TextInput {...shared} value={text} onChange={(event) => onChange(event.currentTarget.value)} />;
}

function ExperimentField(props: {
  label: string;
  description: string | undefined;
  required: boolean;
  workspace: string;
  value: string;
  onChange: (value: Json) => void;
}) {
  const experiments = useQuery(experimentsQuery(props.workspace));
  return (
    <Select
      label={props.label}
      description={props.description}
      required={props.required}
      searchable
      placeholder={experiments.isPending ? 'Loading…' : 'Choose an experiment'}
      nothingFoundMessage="No experiment is called that"
      data={experiments.data?.items.map((one) => ({ value: one.id, label: one.title })) ?? []}
      value={props.value || null}
      onChange={(next) => props.onChange(next ?? '')}
    />
  );
}

/** Whether a kind has anything to be asked before it can be added. */
export function needsConfig(schema: JsonObject): boolean {
  return propertiesOf(schema).length > 0;
}

function propertiesOf(schema: JsonObject): [string, JsonObject][] {
  const properties = schema.properties;
  if (typeof properties !== 'object' || properties === null || Array.isArray(properties)) return [];
  return Object.entries(properties).filter(
    (pair): pair is [string, JsonObject] =>
      typeof pair[1] === 'object' && pair[1] !== null && !Array.isArray(pair[1]),
  );
}

export function defaultsOf(schema: JsonObject): JsonObject {
  const defaults: JsonObject = {};
  for (const [name, property] of propertiesOf(schema))
    if (property.default !== undefined) defaults[name] = property.default;
  return defaults;
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
