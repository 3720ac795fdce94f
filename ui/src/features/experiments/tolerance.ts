import type { Json, JsonObject } from '~/api/contract';

/**
 * A tolerance in words, following the grammar of Chaos Toolkit: a plain value, a pair that is an inclusive range,
 * a longer list that is a choice, or an object named by its `type`. Where the answer has a `status`, any list is a choice.
 */
export function toleranceInWords(tolerance: Json | undefined, answersStatus = false): string {
  if (tolerance === undefined || tolerance === null) return 'no tolerance';
  if (typeof tolerance === 'boolean') return `expects ${tolerance}`;
  if (typeof tolerance === 'number') return `expects ${tolerance}`;
  if (typeof tolerance === 'string') return `expects ${quoted(tolerance)}`;
  if (Array.isArray(tolerance)) return listInWords(tolerance, answersStatus);
  return byType(tolerance);
}

function listInWords(list: Json[], answersStatus: boolean): string {
  if (list.length === 1) return toleranceInWords(list[0]);
  const [low, high] = list;
  if (!answersStatus && list.length === 2 && typeof low === 'number' && typeof high === 'number')
    return `expects between ${low} and ${high}`;
  return `expects one of ${list.map(shown).join(', ')}`;
}

function byType(object: JsonObject): string {
  const target = typeof object.target === 'string' && object.target !== '' ? ` in its ${object.target}` : '';
  switch (object.type) {
    case 'range': {
      const [low, high] = Array.isArray(object.range) ? object.range : [];
      return `expects between ${shown(low)} and ${shown(high)}${target}`;
    }
    case 'regex':
      return `expects a match of ${shown(object.pattern)}${target}`;
    case 'jsonpath': {
      const where = `at ${shown(object.path)}${target}`;
      if (object.expect !== undefined) return `expects ${expected(object.expect)} ${where}`;
      if (typeof object.count === 'number')
        return `expects ${object.count} ${object.count === 1 ? 'match' : 'matches'} ${where}`;
      return `expects a match ${where}`;
    }
    case 'probe':
      return `checked by the probe ${shown(object.name ?? 'without a name')}`;
    default:
      return `expects ${JSON.stringify(object)}`;
  }
}

function expected(value: Json): string {
  return Array.isArray(value) ? value.map(shown).join(' and ') : shown(value);
}

function shown(value: Json | undefined): string {
  if (typeof value === 'string') return quoted(value);
  return value === undefined ? '?' : JSON.stringify(value);
}

function quoted(text: string): string {
  return `“${text}”`;
}
