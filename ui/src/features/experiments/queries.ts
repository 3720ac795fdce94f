import { queryOptions } from '@tanstack/react-query';
import { answerOf, api } from '~/api/client';
import type { Check, Experiment } from '~/api/contract';
import { keys } from '~/api/keys';
import { wholeOf } from '~/api/whole';
import type { Draft } from './draft';

export const versionsQuery = (id: string) =>
  queryOptions({
    queryKey: keys.versions(id),
    queryFn: ({ signal }) =>
      wholeOf((query) =>
        answerOf(api.GET('/api/v1/experiments/{id}/versions', { params: { path: { id }, query }, signal })),
      ),
  });

export function checkDraft(draft: Draft, signal?: AbortSignal): Promise<Check> {
  return answerOf(api.POST('/api/v1/experiments/check', { ...raw(draft), signal }));
}

export function createExperiment(workspace: string, draft: Draft): Promise<Experiment> {
  return answerOf(api.POST('/api/v1/experiments', { params: { query: { workspace } }, ...raw(draft) }));
}

export function saveExperiment(id: string, draft: Draft, onVersion: number): Promise<Experiment> {
  return answerOf(
    api.PUT('/api/v1/experiments/{id}', {
      params: { path: { id }, header: { 'If-Match': `"${onVersion}"` } },
      ...raw(draft),
    }),
  );
}

export function archiveExperiment(id: string): Promise<unknown> {
  return answerOf(api.DELETE('/api/v1/experiments/{id}', { params: { path: { id } } }));
}

export function restoreExperiment(id: string): Promise<Experiment> {
  return answerOf(api.POST('/api/v1/experiments/{id}/restore', { params: { path: { id } } }));
}

/** From now on people edit and run it here. */
export function adoptExperiment(id: string): Promise<Experiment> {
  return answerOf(api.POST('/api/v1/experiments/{id}/adopt', { params: { path: { id } } }));
}

/** Its runs and versions move; the answer is the experiment that has them now. */
export function mergeExperiment(id: string, into: string): Promise<Experiment> {
  return answerOf(api.POST('/api/v1/experiments/{id}/merge', { params: { path: { id } }, body: { into } }));
}

/** Runs from outside leave, or a merge is undone; the answer is the experiment that has them now. */
export function separate(id: string, what: { version?: number; run?: string }): Promise<Experiment> {
  return answerOf(api.POST('/api/v1/experiments/{id}/separate', { params: { path: { id } }, body: what }));
}

/** The bytes go as they were typed: the hub keeps the source, not our reading of it. */
function raw(draft: Draft) {
  return {
    body: draft.text,
    bodySerializer: (text: unknown) => String(text),
    headers: { 'Content-Type': `application/${draft.format}` },
  };
}
