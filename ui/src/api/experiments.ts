import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answerOf, api } from './client';
import { type ExperimentFilter, keys } from './keys';
import { wholeOf } from './whole';

export const experimentsQuery = (workspace: string, q = '', filter: ExperimentFilter = {}) =>
  queryOptions({
    queryKey: keys.experiments(workspace, q, filter),
    queryFn: ({ signal }) =>
      wholeOf((piece) =>
        answerOf(
          api.GET('/api/v1/experiments', {
            params: { query: { workspace, ...(q ? { q } : {}), ...filter, ...piece } },
            signal,
          }),
        ),
      ),
    placeholderData: keepPreviousData,
  });

export const experimentQuery = (id: string) =>
  queryOptions({
    queryKey: keys.experiment(id),
    queryFn: ({ signal }) =>
      answerOf(api.GET('/api/v1/experiments/{id}', { params: { path: { id } }, signal })),
  });

export const versionQuery = (id: string, n: number) =>
  queryOptions({
    queryKey: keys.version(id, n),
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/experiments/{id}/versions/{number}', {
          params: { path: { id, number: n } },
          signal,
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY, // a version never changes
    enabled: n > 0,
  });
