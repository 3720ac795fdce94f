// The shapes of the hub's public API, by the names its OpenAPI document gives them.

export type Verdict =
  | 'passed'
  | 'deviated'
  | 'baseline-not-met'
  | 'inconclusive'
  | 'failed'
  | 'aborted'
  | 'interrupted'
  | 'lost';
export type RunState = 'requested' | 'starting' | 'running' | 'stopping' | 'ended';
export type Phase = 'baseline' | 'method' | 'during' | 'after' | 'rollbacks';
export type Role = 'owner' | 'editor' | 'operator' | 'viewer';
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

export interface Page<T> {
  items: T[];
  next?: string | null;
}

export interface SignInOptions {
  setup_required: boolean;
}
export interface SetupRequest {
  code: string;
  name: string;
  password: string;
}
export interface SignInRequest {
  name: string;
  password: string;
}
export interface Account {
  id: string;
  name: string;
  admin: boolean;
  created_at: string;
}
export interface NewAccount {
  name: string;
  password: string;
  admin?: boolean;
}
export interface Workspace {
  id: string;
  organization: string;
  name: string;
  title: string;
  created_at: string;
}
export interface Membership {
  workspace: Workspace;
  role: Role;
  scopes: string[];
}
export interface Me {
  account: Account;
  workspaces: Membership[];
}
export interface Organization {
  id: string;
  name: string;
  title: string;
  role?: Role | null;
}
export interface NewOrganization {
  name: string;
  title?: string;
}
export interface NewWorkspace {
  organization: string;
  name: string;
  title?: string;
}
export interface Member {
  account: Account;
  role: Role;
  given_on: 'organization' | 'workspace';
  since: string;
}
export interface MemberRole {
  role: Role;
}
export interface Token {
  id: string;
  name: string;
  workspace_id: string;
  account: string;
  scopes: string[];
  created_at: string;
  expires_at?: string | null;
  last_used_at?: string | null;
  hint: string;
}
export interface NewToken {
  workspace: string;
  name: string;
  scopes: string[];
  expires_in_days?: number | null;
}
export interface CreatedToken {
  token: Token;
  secret: string;
}

export interface RunMark {
  id: string;
  number: number;
  state: RunState;
  verdict?: Verdict | null;
  started_at?: string | null;
}
export interface ExperimentSummary {
  id: string;
  workspace_id: string;
  title: string;
  description: string;
  tags: string[];
  version: number;
  updated_at: string;
  updated_by: string;
  archived: boolean;
  last_runs: RunMark[];
}
export interface Experiment extends ExperimentSummary {
  document: JsonObject;
  source: string;
  format: 'json' | 'yaml';
  hypothesis?: string | null;
}
export interface Problem {
  path: string;
  line?: number | null;
  severity: 'error' | 'warning';
  message: string;
}
export interface Check {
  title?: string | null;
  problems: Problem[];
}
export interface Version {
  number: number;
  digest: string;
  format: 'json' | 'yaml';
  created_at: string;
  created_by: string;
}
export interface VersionDetail extends Version {
  source: string;
  document: JsonObject;
}

export type RollbackStrategy = 'always' | 'default' | 'never' | 'deviated';
export interface NewRun {
  experiment: string;
  version?: number;
  parameters?: JsonObject;
  rollback_strategy?: RollbackStrategy;
}
export interface Progress {
  done: number;
  total: number;
  current?: string | null;
}
export interface RunSummary {
  id: string;
  number: number;
  workspace_id: string;
  experiment_id?: string | null;
  version?: number | null;
  title: string;
  origin: 'hub' | 'outside' | 'upload';
  environment: string;
  state: RunState;
  phase?: Phase | null;
  verdict?: Verdict | null;
  sentence: string;
  started_by: string;
  requested_at: string;
  started_at?: string | null;
  ended_at?: string | null;
  duration_ms?: number | null;
  progress: Progress;
}
export interface PlannedActivity {
  key: string;
  phase: Phase;
  name: string;
  type: 'probe' | 'action';
  background: boolean;
}
export interface JournalMark {
  digest: string;
  bytes: number;
}
export interface Run extends RunSummary {
  reasons: string[];
  warnings: string[];
  raw_status?: string | null;
  rollbacks: 'played' | 'not-played' | 'failed' | 'none-declared' | 'unknown';
  stop_requested_at?: string | null;
  stop_step?: string | null;
  events: number;
  journal?: JournalMark | null;
  plan: PlannedActivity[];
  node?: string | null;
  chaoslib?: string | null;
  can_stop: boolean;
}
export interface Event {
  number: number;
  sender: string;
  sender_seq: number;
  at: string;
  received_at: string;
  kind: string;
  phase?: Phase | null;
  data: JsonObject;
}
export interface EventPage {
  items: Event[];
  next?: number | null;
}
export interface StopRequest {
  mode: 'graceful' | 'hard';
}

export interface HubSummary {
  id: string;
  workspace_id: string;
  title: string;
  description: string;
  is_default: boolean;
  updated_at: string;
}
export interface WidgetData {
  state: 'ready' | 'stale' | 'error';
  as_of: string;
  value?: JsonObject | null;
  error?: string | null;
}
export interface Widget {
  id: string;
  hub_id: string;
  kind: string;
  title: string;
  config: JsonObject;
  x: number;
  y: number;
  w: number;
  h: number;
  data: WidgetData;
}
export interface Hub extends HubSummary {
  widgets: Widget[];
  can_write: boolean;
}
export interface NewHub {
  workspace: string;
  title: string;
}
export interface Place {
  widget: string;
  x: number;
  y: number;
  w: number;
  h: number;
}
export interface HubPatch {
  title?: string;
  description?: string;
  layout?: Place[];
}
export interface NewWidget {
  kind: string;
  title?: string;
  config: JsonObject;
}
export interface WidgetPatch {
  title?: string;
  config?: JsonObject;
}
export interface WidgetKind {
  kind: string;
  title: string;
  description: string;
  config_schema: JsonObject;
  w: number;
  h: number;
}
export interface Activity {
  id: string;
  at: string;
  account?: string | null;
  verb: string;
  object_kind: 'experiment' | 'run' | 'member' | 'workspace' | 'hub';
  object_id: string;
  title: string;
  verdict?: Verdict | null;
}

type Params<P> = {
  query: P extends { query: infer Q } ? Q : undefined;
  path: P extends { path: infer Q } ? Q : undefined;
  header: P extends { header: infer H } ? H : undefined;
  cookie?: undefined;
};
type Optional<P> = { [K in keyof P as undefined extends P[K] ? never : K]: P[K] } & {
  [K in keyof P as undefined extends P[K] ? K : never]?: P[K];
};
type Ask<Answer, P = object> = {
  parameters: Optional<Params<P>>;
  requestBody?: never;
  responses: { 200: { headers: Record<string, unknown>; content: { 'application/json': Answer } } };
};
type Send<Body, Answer, P = object> = {
  parameters: Optional<Params<P>>;
  requestBody: { content: { 'application/json': Body } };
  responses: { 200: { headers: Record<string, unknown>; content: { 'application/json': Answer } } };
};
type Plain<P = object> = {
  parameters: Optional<Params<P>>;
  requestBody?: never;
  responses: { 200: { headers: Record<string, unknown>; content: { 'text/plain': string } } };
};
type Id = { path: { id: string } };
type Listed = { limit?: number; after?: string };
type InWorkspace = { query: { workspace: string } & Listed };

export interface paths {
  '/api/v1/auth/options': { get: Ask<SignInOptions> };
  '/api/v1/auth/setup': { post: Send<SetupRequest, Me> };
  '/api/v1/auth/sign-in': { post: Send<SignInRequest, Me> };
  '/api/v1/auth/renew': { post: Ask<Me> };
  '/api/v1/auth/sign-out': { post: Ask<undefined> };
  '/api/v1/me': { get: Ask<Me> };
  '/api/v1/accounts': { get: Ask<Page<Account>, { query?: Listed }>; post: Send<NewAccount, Account> };
  '/api/v1/organizations': { get: Ask<Page<Organization>>; post: Send<NewOrganization, Organization> };
  '/api/v1/workspaces': { get: Ask<Page<Workspace>>; post: Send<NewWorkspace, Workspace> };
  '/api/v1/workspaces/{id}/members': { get: Ask<Page<Member>, Id> };
  '/api/v1/workspaces/{id}/members/{account_name}': {
    put: Send<MemberRole, Member, { path: { id: string; account_name: string } }>;
    delete: Ask<undefined, { path: { id: string; account_name: string } }>;
  };
  '/api/v1/tokens': { get: Ask<Page<Token>, InWorkspace>; post: Send<NewToken, CreatedToken> };
  '/api/v1/tokens/{id}': { delete: Ask<undefined, Id> };
  '/api/v1/experiments': {
    get: Ask<Page<ExperimentSummary>, { query: { workspace: string; q?: string } & Listed }>;
    post: Send<string, Experiment, InWorkspace>;
  };
  '/api/v1/experiments/check': { post: Send<string, Check> };
  '/api/v1/experiments/{id}': {
    get: Ask<Experiment, Id>;
    put: Send<string, Experiment, Id & { header: { 'If-Match': string } }>;
    delete: Ask<undefined, Id>;
  };
  '/api/v1/experiments/{id}/restore': { post: Ask<Experiment, Id> };
  '/api/v1/experiments/{id}/versions': { get: Ask<Page<Version>, Id> };
  '/api/v1/experiments/{id}/versions/{n}': {
    get: Ask<VersionDetail, { path: { id: string; n: number } }>;
  };
  '/api/v1/runs': {
    get: Ask<
      Page<RunSummary>,
      { query: { workspace: string; experiment?: string; state?: RunState; verdict?: Verdict } & Listed }
    >;
    post: Send<NewRun, Run, { header: { 'Idempotency-Key': string } }>;
  };
  '/api/v1/runs/{id}': { get: Ask<Run, Id> };
  '/api/v1/runs/{id}/events': { get: Ask<EventPage, Id & { query: { after?: number; limit?: number } }> };
  '/api/v1/runs/{id}/stop': { post: Send<StopRequest, Run, Id> };
  '/api/v1/runs/{id}/log': { get: Plain<Id & { query: { after?: number } }> };
  '/api/v1/hubs': { get: Ask<Page<HubSummary>, InWorkspace>; post: Send<NewHub, Hub> };
  '/api/v1/hubs/{id}': { get: Ask<Hub, Id>; patch: Send<HubPatch, Hub, Id>; delete: Ask<undefined, Id> };
  '/api/v1/hubs/{id}/widgets': { post: Send<NewWidget, Widget, Id> };
  '/api/v1/widgets/{id}': { patch: Send<WidgetPatch, Widget, Id>; delete: Ask<undefined, Id> };
  '/api/v1/widget-kinds': { get: Ask<{ items: WidgetKind[] }> };
}
