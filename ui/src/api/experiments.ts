import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answerOf, api } from './client';
import { keys } from './keys';

export const experimentsQuery = (workspace: string, q = '') =>
  queryOptions({
    queryKey: keys.experiments(workspace, q),
    queryFn: ({ signal }) =>
      answerOf(
        api.GET('/api/v1/experiments', {
          params: { query: { workspace, limit: 200, ...(q ? { q } : {}) } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

export const experimentQuery = (id: string) =>
  queryOptions({
    queryKey: keys.experiment(id),
    queryFn: ({ signal }) =>
      answerOf(api.GET('/api/v1/experiments/{id}', { params: { path: { id } }, signal })),
  });
