import { useWorkspaceName } from '~/app/place';
import { NewExperimentPage } from '~/features/experiments/new-experiment-page';

export function NewExperimentRoute() {
  return <NewExperimentPage workspace={useWorkspaceName()} />;
}
