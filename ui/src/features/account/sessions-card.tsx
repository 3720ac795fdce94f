import { Badge, Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Session } from '~/api/contract';
import { keys } from '~/api/keys';
import { asProblem } from '~/api/problem';
import { Ago } from '~/ui/ago';
import { BoneRows } from '~/ui/bones';
import { Card } from '~/ui/card';
import tables from '~/ui/table.module.css';
import { Trouble, TroubleLine } from '~/ui/trouble';
import { endOtherSessions, endSession, sessionsQuery } from './queries';

/** Where I am signed in. What is ended is signed out at once, whatever it shows at the moment. */
export function SessionsCard() {
  const client = useQueryClient();
  const sessions = useQuery(sessionsQuery);
  const refresh = () => client.invalidateQueries({ queryKey: keys.sessions });
  const others = useMutation({ mutationFn: endOtherSessions, onSettled: refresh });
  const end = useMutation({ mutationFn: endSession, onSettled: refresh });
  const failed = others.error ?? end.error;
  return (
    <Card
      flush
      title="Where you are signed in"
      label="Where you are signed in"
      aside={
        (sessions.data?.length ?? 0) > 1 && (
          <Button
            variant="default"
            size="compact-sm"
            onClick={() => others.mutate()}
            loading={others.isPending}
          >
            End all others
          </Button>
        )
      }
    >
      {failed && (
        <div style={{ padding: 12 }}>
          <TroubleLine problem={asProblem(failed)} />
        </div>
      )}
      {sessions.isPending && <BoneRows label="Loading sessions" rows={2} />}
      {sessions.isError && <Trouble problem={asProblem(sessions.error)} onRetry={() => sessions.refetch()} />}
      {sessions.data && (
        <div className={tables.scroll}>
          <table className={tables.table} data-hover>
            <thead>
              <tr>
                <th>Browser</th>
                <th className={`${tables.number} ${tables.wideOnly}`}>Signed in</th>
                <th className={tables.number}>Last seen</th>
                <th>
                  <span className="unseen">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {sessions.data.map((session) => (
                <Row
                  key={session.id}
                  session={session}
                  ends={end.isPending && end.variables === session.id}
                  onEnd={() => end.mutate(session.id)}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}

function Row({ session, ends, onEnd }: { session: Session; ends: boolean; onEnd: () => void }) {
  return (
    <tr>
      <td className={tables.middle} style={{ whiteSpace: 'normal' }}>
        <strong style={{ fontWeight: 550 }}>{session.browser}</strong>{' '}
        {session.current && (
          <Badge variant="default" size="sm" tt="none" fw={500}>
            this browser
          </Badge>
        )}
      </td>
      <td className={`${tables.number} ${tables.middle} ${tables.wideOnly}`}>
        <Ago at={session.created_at} />
      </td>
      <td className={`${tables.number} ${tables.middle}`}>
        <Ago at={session.seen_at} />
      </td>
      <td className={`${tables.number} ${tables.middle}`}>
        {!session.current && (
          <Button variant="subtle" color="gray" size="compact-sm" onClick={onEnd} loading={ends}>
            End<span className="unseen"> {session.browser}</span>
          </Button>
        )}
      </td>
    </tr>
  );
}
