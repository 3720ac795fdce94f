import { queryOptions } from '@tanstack/react-query';
import { answerOf, api } from '~/api/client';
import type { HubChange, NewWidget, WidgetChange } from '~/api/contract';
import { keys } from '~/api/keys';
import { wholeOf } from '~/api/whole';

export const hubsQuery = (workspace: string) =>
  queryOptions({
    queryKey: keys.hubs(workspace),
    queryFn: ({ signal }) =>
      wholeOf((piece) =>
        answerOf(api.GET('/api/v1/hubs', { params: { query: { workspace, ...piece } }, signal })),
      ),
  });

export const hubQuery = (id: string) =>
  queryOptions({
    queryKey: keys.hub(id),
    queryFn: ({ signal }) => answerOf(api.GET('/api/v1/hubs/{id}', { params: { path: { id } }, signal })),
  });

export const widgetKindsQuery = queryOptions({
  queryKey: keys.widgetKinds,
  queryFn: ({ signal }) => answerOf(api.GET('/api/v1/widget-kinds', { signal })),
  staleTime: Number.POSITIVE_INFINITY, // kinds come with the hub's version
});

export function createHub(workspace: string, title: string) {
  return answerOf(api.POST('/api/v1/hubs', { body: { workspace, title } }));
}

export function changeHub(id: string, body: HubChange) {
  return answerOf(api.PATCH('/api/v1/hubs/{id}', { params: { path: { id } }, body }));
}

export function deleteHub(id: string) {
  return answerOf(api.DELETE('/api/v1/hubs/{id}', { params: { path: { id } } }));
}

export function addWidget(hub: string, body: NewWidget) {
  return answerOf(api.POST('/api/v1/hubs/{id}/widgets', { params: { path: { id: hub } }, body }));
}

export function changeWidget(id: string, body: WidgetChange) {
  return answerOf(api.PATCH('/api/v1/widgets/{id}', { params: { path: { id } }, body }));
}

export function deleteWidget(id: string) {
  return answerOf(api.DELETE('/api/v1/widgets/{id}', { params: { path: { id } } }));
}
