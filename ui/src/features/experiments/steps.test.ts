import { expect, test } from 'vitest';
import { experiment } from '../../../test/hub';
import { claimOf, readingOf } from './steps';

test('an_experiment_is_told_as_a_claim_and_steps', () => {
  const reading = readingOf(experiment.document);
  expect(claimOf(reading, experiment.title)).toBe('Checkout answers before, and again after break-it.');
  expect(reading.probes[0]).toMatchObject({
    name: 'checkout-answers',
    does: 'GET http://shop/health',
    tolerance: 'expects 200',
  });
  expect(reading.method[0]).toMatchObject({ type: 'action', does: 'runs break --hard' });
});

test('without_a_hypothesis_it_says_that_nothing_is_proven', () => {
  expect(claimOf(readingOf({ method: [] }), 'Poke it')).toContain('cannot prove anything');
});

test('a_python_call_a_reference_and_pauses_are_told_too', () => {
  const { method } = readingOf({
    method: [
      {
        type: 'action',
        name: 'kill',
        background: true,
        pauses: { after: 4 },
        provider: {
          type: 'python',
          module: 'chaosk8s.pod',
          func: 'terminate',
          arguments: { qty: 1 },
          secrets: ['k8s'],
        },
      },
      { ref: 'checkout-answers' },
      { type: 'probe', name: 'odd', provider: { type: 'carrier-pigeon' } },
    ],
  });
  expect(method[0]).toMatchObject({
    does: 'calls chaosk8s.pod.terminate(qty=1)',
    notes: ['in the background', 'then pauses 4 s', 'with secrets of k8s'],
  });
  expect(method[1]).toMatchObject({ provider: 'reference' });
  expect(method[2]).toMatchObject({ provider: 'unknown', does: 'uses the provider "carrier-pigeon"' });
});

test('a_document_that_is_no_experiment_is_read_without_breaking', () => {
  expect(readingOf({ method: 'nothing', 'steady-state-hypothesis': [] })).toMatchObject({
    hypothesis: null,
    method: [],
  });
});
