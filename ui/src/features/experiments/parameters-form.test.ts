import { expect, test } from 'vitest';
import type { Parameter } from '~/api/contract';
import { valuesOf } from './parameters-form';

const parameter = (name: string, type: Parameter['type']): Parameter => ({
  name,
  type,
  kind: 'literal',
  default: null,
  variable: null,
});
const parameters = [
  parameter('qty', 'integer'),
  parameter('rate', 'number'),
  parameter('on', 'boolean'),
  parameter('label', 'string'),
  parameter('names', 'json'),
];

test('what_was_typed_is_sent_with_its_type_and_the_rest_is_left_to_the_experiment', () => {
  const typed = { qty: '3', rate: '0.5', on: 'false', label: '7', names: '["a"]' };
  expect(valuesOf(parameters, typed).values).toEqual({
    qty: 3,
    rate: 0.5,
    on: false,
    label: '7',
    names: ['a'],
  });
  expect(valuesOf(parameters, {})).toEqual({ values: {}, wrong: {} });
});

test('what_is_no_value_of_its_type_is_told_at_its_field', () => {
  const { values, wrong } = valuesOf(parameters, { qty: '1.5', rate: 'fast', names: 'a', label: 'ok' });
  expect(values).toEqual({ label: 'ok' });
  expect(Object.keys(wrong)).toEqual(['qty', 'rate', 'names']);
});
