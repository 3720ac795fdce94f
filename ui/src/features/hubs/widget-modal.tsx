import { Modal } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Hub, JsonObject, Widget, WidgetKind } from '~/api/contract';
import { asProblem } from '~/api/problem';
import { BoneRows } from '~/ui/bones';
import { Trouble, TroubleLine } from '~/ui/trouble';
import { below } from './arrange';
import css from './hub.module.css';
import { KindTile } from './kind-tile';
import { addWidget, changeHub, changeWidget, widgetKindsQuery } from './queries';
import { defaultsOf, needsConfig, WidgetForm } from './widget-form';

export type Asked = { add: true } | { configure: Widget };

interface Props {
  asked: Asked | null;
  hub: Hub;
  workspace: string;
  onClose: () => void;
  onDone: () => void;
}

/** Adding a widget from the gallery, or configuring one. */
export function WidgetModal({ asked, hub, workspace, onClose, onDone }: Props) {
  const title = asked && 'configure' in asked ? `Configure ${asked.configure.title}` : 'Add a widget';
  return (
    <Modal
      opened={asked !== null}
      onClose={onClose}
      title={title}
      size={asked && 'add' in asked ? 860 : 'lg'}
    >
      {asked && 'configure' in asked && (
        <Configure widget={asked.configure} workspace={workspace} onDone={onDone} />
      )}
      {asked && 'add' in asked && <Gallery hub={hub} workspace={workspace} onDone={onDone} />}
    </Modal>
  );
}

function Gallery({ hub, workspace, onDone }: { hub: Hub; workspace: string; onDone: () => void }) {
  const kinds = useQuery(widgetKindsQuery);
  const [kind, setKind] = useState<WidgetKind | null>(null);
  const add = useMutation({
    mutationFn: async (wish: { kind: WidgetKind; title: string; config: JsonObject }) => {
      const made = await addWidget(hub.id, { kind: wish.kind.kind, title: wish.title, config: wish.config });
      const layout = hub.widgets.map(({ id, x, y, w, h }) => ({ widget: id, x, y, w, h }));
      const place = { widget: made.id, x: 0, y: below(hub.widgets), w: wish.kind.w, h: wish.kind.h };
      await changeHub(hub.id, { layout: [...layout, place] });
    },
    onSuccess: onDone,
  });
  const problem = add.isError ? asProblem(add.error) : null;

  if (kinds.isPending) return <BoneRows label="Loading the gallery" rows={5} />;
  if (kinds.isError) return <Trouble problem={asProblem(kinds.error)} onRetry={() => kinds.refetch()} />;
  if (kind) {
    return (
      <WidgetForm
        schema={kind.config_schema}
        title={kind.title}
        config={{}}
        workspace={workspace}
        submitLabel="Add it"
        problem={problem}
        pending={add.isPending}
        onSubmit={(title, config) => add.mutate({ kind, title, config })}
      />
    );
  }
  return (
    <div className={css.gallery}>
      {problem && <TroubleLine problem={problem} />}
      {kinds.data.items.map((one) => (
        <KindTile
          key={one.kind}
          kind={one}
          workspace={workspace}
          disabled={add.isPending}
          onPick={() =>
            needsConfig(one.config_schema)
              ? setKind(one)
              : add.mutate({ kind: one, title: one.title, config: defaultsOf(one.config_schema) })
          }
        />
      ))}
    </div>
  );
}

function Configure({ widget, workspace, onDone }: { widget: Widget; workspace: string; onDone: () => void }) {
  const kinds = useQuery(widgetKindsQuery);
  const change = useMutation({
    mutationFn: (wish: { title: string; config: JsonObject }) => changeWidget(widget.id, wish),
    onSuccess: onDone,
  });
  if (kinds.isPending) return <BoneRows label="Loading" rows={2} />;
  if (kinds.isError) return <Trouble problem={asProblem(kinds.error)} onRetry={() => kinds.refetch()} />;
  const schema = kinds.data.items.find((one) => one.kind === widget.kind)?.config_schema ?? {};
  return (
    <WidgetForm
      schema={schema}
      title={widget.title}
      config={widget.config}
      workspace={workspace}
      submitLabel="Save"
      problem={change.isError ? asProblem(change.error) : null}
      pending={change.isPending}
      onSubmit={(title, config) => change.mutate({ title, config })}
    />
  );
}
