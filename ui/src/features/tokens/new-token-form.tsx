import { Button, Checkbox, Select, SimpleGrid, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { answerOf, api } from '~/api/client';
import type { CreatedToken, Scope } from '~/api/contract';
import { asProblem } from '~/api/problem';
import { TroubleLine } from '~/ui/trouble';

const MEANINGS: Record<string, string> = {
  'run:ingest': 'Report external runs',
  'run:read': 'Read runs',
  'run:start': 'Start runs',
  'run:stop': 'Stop runs',
  'experiment:read': 'Read experiments',
  'experiment:write': 'Write experiments',
  'hub:read': 'Read hubs',
  'hub:write': 'Write hubs',
  'workspace:read': 'Read the workspace',
  'workspace:admin': 'Administer the workspace',
  'session:use': 'Use sessions',
  'job:submit': 'Submit jobs',
  'token:manage': 'Manage tokens',
};

const EXPIRIES = [
  { value: '7', label: 'In a week' },
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
  { value: '', label: 'Never' },
];

/** A token may do at most what its maker may; the usual use, streaming runs, is chosen already. */
export function NewTokenForm(props: {
  workspace: string;
  scopes: string[];
  onMade: (made: CreatedToken) => void;
}) {
  const offered = Object.keys(MEANINGS).filter((scope) => props.scopes.includes(scope));
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<string[]>(offered.filter((scope) => scope === 'run:ingest'));
  const [days, setDays] = useState('90');
  const create = useMutation({
    mutationFn: () =>
      answerOf(
        api.POST('/api/v1/tokens', {
          body: {
            workspace: props.workspace,
            name: name.trim(),
            scopes: scopes as Scope[],
            expires_in_days: days === '' ? null : Number(days),
          },
        }),
      ),
    onSuccess: props.onMade,
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate();
      }}
      style={{ display: 'grid', gap: 16 }}
    >
      {create.isError && <TroubleLine problem={asProblem(create.error)} />}
      <TextInput
        label="Name"
        description="Where it will be used, so that you know it again."
        placeholder="my laptop"
        required
        data-autofocus
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Checkbox.Group label="Permissions" value={scopes} onChange={setScopes}>
        <SimpleGrid cols={{ base: 1, xs: 2 }} mt={8} spacing={8}>
          {offered.map((scope) => (
            <Checkbox key={scope} value={scope} label={MEANINGS[scope]} description={scope} size="sm" />
          ))}
        </SimpleGrid>
      </Checkbox.Group>
      <Select
        label="Expires"
        data={EXPIRIES}
        value={days}
        onChange={(value) => setDays(value ?? '')}
        allowDeselect={false}
      />
      <Button type="submit" loading={create.isPending} disabled={scopes.length === 0}>
        Create the token
      </Button>
    </form>
  );
}
