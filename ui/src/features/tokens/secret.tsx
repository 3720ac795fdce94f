import { Button } from '@mantine/core';
import type { CreatedToken } from '~/api/contract';
import { Card } from '~/ui/card';
import { CopyButton } from '~/ui/copy';
import css from './secret.module.css';

const WHEEL = 'chaoshub_chaostoolkit-0.1.0-py3-none-any.whl';

/** The secret, this once, with the lines that put it to use. */
export function Secret({
  created,
  workspace,
  onDone,
}: {
  created: CreatedToken;
  workspace: string;
  onDone: () => void;
}) {
  const lines = shellLines(location.origin, workspace, created.secret);
  return (
    <Card
      className={css.secret}
      title={`Copy “${created.token.name}” now, it is not shown again`}
      aside={
        <Button variant="default" size="compact-sm" onClick={onDone}>
          Done, I copied it
        </Button>
      }
    >
      <div className={css.line}>
        <code>{created.secret}</code>
        <CopyButton text={created.secret} label="Copy the token" />
      </div>
      <p>
        Connect the <code>chaos run</code> that you already use. Its runs can then be watched and stopped
        here:
      </p>
      <div className={css.shell}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: scrolls by keyboard */}
        <pre tabIndex={0}>{lines.join('\n')}</pre>
        <span>
          <CopyButton text={lines.join('\n')} label="Copy the lines" />
        </span>
      </div>
    </Card>
  );
}

function shellLines(origin: string, workspace: string, secret: string): string[] {
  return [
    `pip install ${origin}/api/v1/clients/${WHEEL}`,
    `export CHAOSHUB_TOKEN=${secret}`,
    `curl -fsSo chaoshub-control.json '${origin}/api/v1/clients/control.json?workspace=${workspace}'`,
    'chaos run --control-file chaoshub-control.json experiment.json',
  ];
}
