// The hub's words by the names of its OpenAPI document; the shapes are generated (`npm run api`).
import type { components } from './schema';

export type { Json, JsonObject, paths } from './schema';

type Schemas = components['schemas'];

export type Account = Schemas['Account'];
export type Check = Schemas['Check'];
export type CreatedToken = Schemas['CreatedToken'];
export type Event = Schemas['Event'];
export type Experiment = Schemas['Experiment'];
export type ExperimentSummary = Schemas['ExperimentSummary'];
export type Hub = Schemas['Hub'];
export type HubChange = Schemas['HubChange'];
export type Identity = Schemas['Identity'];
export type Invitation = Schemas['Invitation'];
export type Invited = Schemas['Invited'];
export type Me = Schemas['Me'];
export type Member = Schemas['Member'];
export type Membership = Schemas['Membership'];
export type NewAccount = Schemas['NewAccount'];
export type NewRun = Schemas['NewRun'];
export type NewWidget = Schemas['NewWidget'];
export type Parameter = Schemas['Parameter'];
export type Phase = Schemas['Phase'];
export type PlannedActivity = Schemas['PlannedActivity'];
export type Problem = Schemas['Problem'];
export type ProviderButton = Schemas['ProviderButton'];
export type Role = Schemas['Role'];
export type RollbackStrategy = Schemas['RollbackStrategy'];
export type Run = Schemas['Run'];
export type RunMark = Schemas['RunMark'];
export type RunState = Schemas['RunState'];
export type RunSummary = Schemas['RunSummary'];
export type Scope = Schemas['Scope'];
export type Session = Schemas['Session'];
export type SignInOptions = Schemas['SignInOptions'];
export type Token = Schemas['Token'];
export type Verdict = Schemas['Verdict'];
export type VersionDetail = Schemas['VersionDetail'];
export type Widget = Schemas['Widget'];
export type WidgetChange = Schemas['WidgetChange'];
export type WidgetData = Schemas['WidgetData'];
export type WidgetKind = Schemas['WidgetKind'];
export type WidgetPlace = Schemas['WidgetPlace'];

/** Every list of the API. */
export interface Page<T> {
  items: T[];
  next?: string | null;
}

/** What the widget kind `activity` shows; values of widgets are free-form in the OpenAPI document. */
export interface Activity {
  id: string;
  at: string;
  account?: string | null;
  verb: string;
  object_kind: 'experiment' | 'run' | 'member' | 'workspace' | 'hub';
  object_id: string;
  title: string;
  verdict?: Verdict | null;
  /** How many uploads this line stands for. */
  count?: number;
}
