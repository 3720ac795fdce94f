import { Modal } from '@mantine/core';
import { Keys } from '~/ui/keys';

const HELP: [string, string][] = [
  ['mod+K', 'Search, or run a command'],
  ['?', 'Show these keys'],
  ['g h', 'Go home'],
  ['g e', 'Go to experiments'],
  ['g r', 'Go to runs'],
  ['g b', 'Go to hubs'],
  ['j k', 'Next and previous in a list of runs'],
  ['Enter', 'Open the selected row'],
  ['mod+S', 'Save what is being edited'],
  ['Esc', 'Close, or leave editing a hub'],
];

/** The list of all keys. */
export function Shortcuts({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Modal opened={open} onClose={onClose} title="Keys" size="sm">
      <dl style={{ display: 'grid', gridTemplateColumns: '110px 1fr', gap: '10px 12px', margin: 0 }}>
        {HELP.map(([combo, does]) => (
          <div key={combo} style={{ display: 'contents' }}>
            <dt>
              <Keys combo={combo} />
            </dt>
            <dd style={{ margin: 0 }}>{does}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
