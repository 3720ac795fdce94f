import { ActionIcon, Button, Menu } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconDots, IconLayoutGridAdd, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Hub, Membership, Widget, WidgetPlace } from '~/api/contract';
import { keys } from '~/api/keys';
import { asProblem, troubleOf } from '~/api/problem';
import { workspaceName } from '~/api/session';
import { useTopic } from '~/live/provider';
import { paths } from '~/paths';
import { BonePage } from '~/ui/bones';
import { Empty } from '~/ui/empty';
import { Keys } from '~/ui/keys';
import { PageHead } from '~/ui/page-head';
import { Trouble } from '~/ui/trouble';
import { Grid } from './grid';
import css from './hub.module.css';
import { addWidget, changeHub, deleteHub, deleteWidget, hubQuery } from './queries';
import { type Asked, WidgetModal } from './widget-modal';

interface Props {
  id: string;
  editing: boolean;
  membership: Membership;
}

/** A page of widgets that keeps itself up to date; edited in place. */
export function HubPage({ id, editing, membership }: Props) {
  const workspace = workspaceName(membership);
  const navigate = useNavigate();
  const query = useQuery(hubQuery(id));
  const trouble = troubleOf(query);
  useTopic(query.data && !trouble ? `hub:${id}` : null);
  const [asked, setAsked] = useState<Asked | null>(null);
  const edits = useEdits(id);
  const setEditing = (on: boolean) => void navigate({ href: paths.hub(workspace, id, on), replace: true });
  useHotkeys([['Escape', () => editing && !asked && setEditing(false)]]);

  if (trouble) {
    return (
      <Trouble problem={trouble} onRetry={() => query.refetch()}>
        <Button component="a" variant="default" href={paths.hubs(workspace)}>
          All hubs
        </Button>
      </Trouble>
    );
  }
  if (!query.data) return <BonePage label="Loading the hub" />;
  const hub = query.data;
  const edit = editing && hub.can_write;
  return (
    <>
      <PageHead
        title={hub.title}
        about={hub.description}
        actions={
          hub.can_write &&
          !edit && (
            <>
              <Button
                variant="default"
                leftSection={<IconPencil size={17} aria-hidden />}
                onClick={() => setEditing(true)}
              >
                Edit
              </Button>
              {!hub.is_default && <More hub={hub} workspace={workspace} />}
            </>
          )
        }
      />
      {edit && (
        <div className={css.editingBar}>
          <span>Drag by the grip, or use the arrow keys on it. Changes are kept as you make them.</span>
          <Button
            variant="default"
            leftSection={<IconPlus size={17} aria-hidden />}
            onClick={() => setAsked({ add: true })}
          >
            Add a widget
          </Button>
          <Button onClick={() => setEditing(false)} rightSection={<Keys combo="Esc" hidden />}>
            Done
          </Button>
        </div>
      )}
      {hub.widgets.length === 0 ? (
        <Empty
          icon={IconLayoutGridAdd}
          title="An empty hub"
          action={
            hub.can_write && (
              <Button
                leftSection={<IconPlus size={17} aria-hidden />}
                onClick={() => setAsked({ add: true })}
              >
                Add a widget
              </Button>
            )
          }
        >
          Choose what this page shows: what runs now, the state of an experiment, notes, what happened.
        </Empty>
      ) : (
        <Grid
          widgets={hub.widgets}
          workspace={workspace}
          editing={edit}
          onArrange={(layout) => edits.arrange.mutate(layout)}
          onConfigure={(widget) => setAsked({ configure: widget })}
          onRemove={(widget) => edits.remove.mutate(widget)}
        />
      )}
      <WidgetModal
        asked={asked}
        hub={hub}
        workspace={workspace}
        onClose={() => setAsked(null)}
        onDone={() => {
          setAsked(null);
          edits.refresh();
        }}
      />
    </>
  );
}

/** What changes a hub; each is on screen at once and taken back when the hub refuses. */
function useEdits(id: string) {
  const client = useQueryClient();
  const key = keys.hub(id);
  const refresh = () => void client.invalidateQueries({ queryKey: key });
  const change = (how: (hub: Hub) => Hub) => client.setQueryData<Hub>(key, (hub) => hub && how(hub));
  const fail = (cause: unknown) => {
    refresh();
    notifications.show({ color: 'red', title: 'The change was not kept', message: asProblem(cause).message });
  };
  const arrange = useMutation({
    mutationKey: key,
    scope: { id: `arrange-${id}` }, // one after the other, so that the last one stays
    mutationFn: (layout: WidgetPlace[]) => changeHub(id, { layout }),
    onMutate: async (layout) => {
      // What is being read now is older than this change.
      await client.cancelQueries({ queryKey: key }, { revert: false });
      change((hub) => ({
        ...hub,
        widgets: hub.widgets.map((widget) => {
          const place = layout.find((one) => one.widget === widget.id);
          return place ? { ...widget, x: place.x, y: place.y, w: place.w, h: place.h } : widget;
        }),
      }));
    },
    onError: fail,
    onSettled: () => {
      if (client.isMutating({ mutationKey: key }) === 1) refresh(); // the last of them
    },
  });
  const undo = async (widget: Widget) => {
    try {
      const made = await addWidget(id, { kind: widget.kind, title: widget.title, config: widget.config });
      const { x, y, w, h } = widget;
      // The stream may have brought the new one here already.
      const others = (client.getQueryData<Hub>(key)?.widgets ?? []).filter((one) => one.id !== made.id);
      await changeHub(id, {
        layout: [
          { widget: made.id, x, y, w, h },
          ...others.map((one) => ({ widget: one.id, x: one.x, y: one.y, w: one.w, h: one.h })),
        ],
      });
      refresh();
    } catch (cause) {
      fail(cause);
    }
  };
  const remove = useMutation({
    mutationFn: (widget: Widget) => deleteWidget(widget.id),
    onMutate: (widget) =>
      change((hub) => ({ ...hub, widgets: hub.widgets.filter((one) => one.id !== widget.id) })),
    onSuccess: (_, widget) => {
      const note = `removed-${widget.id}`;
      notifications.show({
        id: note,
        autoClose: 10_000,
        message: (
          <>
            Removed “{widget.title}”.{' '}
            <Button
              variant="subtle"
              size="compact-sm"
              onClick={() => {
                notifications.hide(note);
                void undo(widget);
              }}
            >
              Undo
            </Button>
          </>
        ),
      });
    },
    onError: fail,
  });
  return { arrange, remove, refresh };
}

function More({ hub, workspace }: { hub: Hub; workspace: string }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => deleteHub(hub.id),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: keys.hubs(workspace) });
      return navigate({ href: paths.hubs(workspace) });
    },
    onError: (cause) =>
      notifications.show({ color: 'red', title: 'It was not deleted', message: asProblem(cause).message }),
  });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="default" size={34} aria-label="More to do with this hub">
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          color="red"
          leftSection={<IconTrash size={16} />}
          onClick={() =>
            window.confirm(`Delete the hub “${hub.title}” and its ${hub.widgets.length} widgets?`) &&
            remove.mutate()
          }
        >
          Delete this hub
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
