import { Autocomplete, Button, Stack, TextInput } from '@mantine/core';
import { IconPlanet } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { keys } from '~/api/keys';
import { asProblem } from '~/api/problem';
import { paths } from '~/paths';
import { Empty } from '~/ui/empty';
import { TroubleLine } from '~/ui/trouble';
import { createOrganization, createWorkspace, organizationsQuery } from './queries';

/** Making a workspace: where experiments, their runs and the people around them live together. */
export function FirstWorkspace({ back }: { back: string | undefined }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const organizations = useQuery(organizationsQuery);
  const known = organizations.data?.items.map((one) => one.name) ?? [];
  const [organization, setOrganization] = useState('');
  const [title, setTitle] = useState('');
  const [named, setNamed] = useState<string | null>(null);
  const name = named ?? slugOf(title).replace(/-$/, '');
  const create = useMutation({
    mutationFn: async () => {
      if (!known.includes(organization)) {
        await createOrganization(organization);
        // Should the workspace be refused now, the organization is there, and not made a second time.
        await client.invalidateQueries({ queryKey: keys.organizations });
      }
      return createWorkspace(organization, name, title);
    },
    onSuccess: async (made) => {
      await client.invalidateQueries({ queryKey: keys.me });
      return navigate({ href: paths.home(`${made.organization}/${made.name}`) });
    },
  });
  const form = (
    <form
      style={{ width: '100%', maxWidth: 380, textAlign: 'left' }}
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate();
      }}
    >
      <Stack gap={14}>
        {create.isError && <TroubleLine problem={asProblem(create.error)} />}
        <Autocomplete
          label="Organization"
          description={
            known.length > 0
              ? 'Choose one, or write the name of a new one.'
              : 'A short name: small letters, digits and hyphens.'
          }
          data={known}
          required
          value={organization}
          onChange={(value) => setOrganization(slugOf(value))}
        />
        <TextInput
          label="Title"
          description="Shown to people."
          required
          value={title}
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <TextInput
          label="Name"
          description={`Used in URLs: /${organization || 'organization'}/${name || 'name'}`}
          required
          value={name}
          onChange={(event) => setNamed(slugOf(event.currentTarget.value))}
        />
        <Button type="submit" loading={create.isPending}>
          Create the workspace
        </Button>
        {back && (
          <Button component="a" href={paths.home(back)} variant="subtle" color="gray">
            Back
          </Button>
        )}
      </Stack>
    </form>
  );
  return (
    <Empty icon={IconPlanet} title={back ? 'New workspace' : 'Welcome to ChaosHub'} action={form}>
      A workspace holds experiments, their runs, hubs and the people who may see them.
    </Empty>
  );
}

function slugOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '');
}
