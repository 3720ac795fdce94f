import { ApiProblem } from '~/api/problem';
import { useLiveState } from '~/live/provider';
import { BonePage } from '~/ui/bones';
import { Trouble } from '~/ui/trouble';

const AWAY = new ApiProblem({
  status: 0,
  code: 'unreachable',
  title: 'ChaosHub does not answer',
  detail: 'Nothing was changed. This page comes by itself as soon as the hub answers again.',
});

/** A page on its way; when it cannot come because the hub is away, it says that, and still comes by itself. */
export function WaitingPage() {
  const away = useLiveState() === 'away';
  return away ? <Trouble problem={AWAY} /> : <BonePage label="Loading the page" />;
}
