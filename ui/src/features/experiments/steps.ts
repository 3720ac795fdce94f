import type { Json, JsonObject } from '~/api/contract';
import { sentenceCase } from '~/ui/words';
import { toleranceInWords } from './tolerance';

/** One probe or action as a person reads it. */
export interface Step {
  name: string;
  type: 'probe' | 'action';
  /** What it does: "GET http://…", "runs sleep 1", "calls platform.node()". */
  does: string;
  tolerance: string | null;
  /** What else is set: waits, time-outs, background, secrets. */
  notes: string[];
  provider: 'http' | 'process' | 'python' | 'reference' | 'unknown';
  raw: JsonObject;
}

export interface Reading {
  hypothesis: string | null;
  probes: Step[];
  method: Step[];
  rollbacks: Step[];
  configuration: { name: string; value: string }[];
  secrets: string[];
}

/** Reads an experiment document as steps; leaves out nothing that it does not understand, but shows it raw. */
export function readingOf(document: JsonObject): Reading {
  const hypothesis = objectOf(document['steady-state-hypothesis']);
  return {
    hypothesis: hypothesis ? textOf(hypothesis.title) || 'The steady state holds' : null,
    probes: stepsOf(hypothesis?.probes, true),
    method: stepsOf(document.method, false),
    rollbacks: stepsOf(document.rollbacks, false),
    configuration: Object.entries(objectOf(document.configuration) ?? {}).map(([name, value]) => ({
      name,
      value: settingInWords(value),
    })),
    secrets: Object.entries(objectOf(document.secrets) ?? {}).flatMap(([group, entries]) =>
      Object.keys(objectOf(entries) ?? {}).map((key) => `${group}.${key}`),
    ),
  };
}

/** The hypothesis as a sentence that claims something: what this experiment proves. */
export function claimOf(reading: Reading, title: string): string {
  if (reading.hypothesis === null)
    return `This explores “${title}”. It has no hypothesis, so it cannot prove anything yet.`;
  const claim = sentenceCase(reading.hypothesis.replace(/[.\s]+$/, ''));
  const [first] = reading.method;
  if (!first) return `${claim}.`;
  const steps = reading.method.length;
  if (steps === 1) return `${claim} before, and again after ${first.name}.`;
  return `${claim} before, and again after ${steps} steps, starting with ${first.name}.`;
}

function stepsOf(list: Json | undefined, judged: boolean): Step[] {
  if (!Array.isArray(list)) return [];
  return list.map((one) => stepOf(objectOf(one) ?? {}, judged));
}

function stepOf(activity: JsonObject, judged: boolean): Step {
  if (typeof activity.ref === 'string') {
    return {
      name: activity.ref,
      type: 'probe',
      does: 'the probe of this name again',
      tolerance: null,
      notes: [],
      provider: 'reference',
      raw: activity,
    };
  }
  const provider = objectOf(activity.provider) ?? {};
  return {
    name: textOf(activity.name) || 'unnamed',
    type: activity.type === 'action' ? 'action' : 'probe',
    does: doesOf(provider),
    tolerance: judged ? toleranceInWords(activity.tolerance, answersStatus(provider)) : null,
    notes: notesOf(activity, provider),
    provider: kindOf(provider),
    raw: activity,
  };
}

/** Providers whose answer has a `status`: there a list of numbers is a choice, and never a range. */
function answersStatus(provider: JsonObject): boolean {
  return provider.type === 'http' || provider.type === 'process';
}

function kindOf(provider: JsonObject): Step['provider'] {
  const type = provider.type;
  return type === 'http' || type === 'process' || type === 'python' ? type : 'unknown';
}

function doesOf(provider: JsonObject): string {
  if (provider.type === 'http') return `${textOf(provider.method) || 'GET'} ${textOf(provider.url)}`;
  if (provider.type === 'process')
    return `runs ${[textOf(provider.path), argumentsOf(provider.arguments)].filter(Boolean).join(' ')}`;
  if (provider.type === 'python') {
    const given = Object.entries(objectOf(provider.arguments) ?? {}).map(
      ([name, value]) => `${name}=${JSON.stringify(value)}`,
    );
    return `calls ${textOf(provider.module)}.${textOf(provider.func)}(${given.join(', ')})`;
  }
  return `uses the provider ${JSON.stringify(provider.type ?? null)}`;
}

function argumentsOf(given: Json | undefined): string {
  if (typeof given === 'string') return given;
  if (Array.isArray(given))
    return given
      .map((one) => (typeof one === 'string' && /^[\w./:=-]+$/.test(one) ? one : JSON.stringify(one)))
      .join(' ');
  return Object.entries(objectOf(given) ?? {})
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(' ');
}

function notesOf(activity: JsonObject, provider: JsonObject): string[] {
  const pauses = objectOf(activity.pauses) ?? {};
  const secrets = Array.isArray(provider.secrets) ? provider.secrets.map(String) : [];
  return [
    activity.background === true ? 'in the background' : '',
    pauses.before !== undefined ? `pauses ${seconds(pauses.before)} first` : '',
    pauses.after !== undefined ? `then pauses ${seconds(pauses.after)}` : '',
    provider.timeout !== undefined
      ? `timeout ${Array.isArray(provider.timeout) ? provider.timeout.map(seconds).join(' / ') : seconds(provider.timeout)}`
      : '',
    secrets.length > 0 ? `with secrets of ${secrets.join(', ')}` : '',
    provider.verify_tls === false ? 'does not verify TLS' : '',
  ].filter(Boolean);
}

function settingInWords(value: Json): string {
  const declared = objectOf(value);
  if (declared?.type === 'env')
    return `from the environment variable ${textOf(declared.key)}${declared.default !== undefined ? `, else ${JSON.stringify(declared.default)}` : ''}`;
  if (declared?.type === 'probe') return `from the probe ${textOf(declared.name)}`;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function seconds(value: Json): string {
  return typeof value === 'number' ? `${value} s` : String(value);
}

function objectOf(value: Json | undefined): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : null;
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : value === undefined || value === null ? '' : String(value);
}
