import { notifications } from '@mantine/notifications';
import { bytes } from '~/ui/words';
import { type Draft, formatOf, MOST_BYTES } from './draft';

/** The text of a chosen file, or a notice why not. */
export async function readFile(file: File | null | undefined): Promise<Draft | null> {
  if (!file) return null;
  if (file.size > MOST_BYTES) {
    notifications.show({
      color: 'red',
      title: 'This file is too large',
      message: `${file.name} has ${bytes(file.size)}; an experiment may have ${bytes(MOST_BYTES)}.`,
    });
    return null;
  }
  const text = await file.text();
  return { text, format: /\.ya?ml$/i.test(file.name) ? 'yaml' : formatOf(text) };
}
