// Made by `npm run api` from docs/openapi.json; do not edit.
export type Json = null | boolean | number | string | Json[] | {
    [key: string]: Json;
};
export type JsonObject = {
    [key: string]: Json;
};
export interface paths {
    "/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The keys that claims are verified with (RFC 7517) */
        get: operations["get_keys"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every account, for an administrator */
        get: operations["list_accounts"];
        put?: never;
        /** Make an account, as an administrator */
        post: operations["create_account"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/identities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everything that opens one's account */
        get: operations["list_identities"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/identities/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Unlink an account elsewhere, unless it is the last way in */
        delete: operations["unlink_identity"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/invitation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What an invitation is to */
        post: operations["get_invitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/invitation/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take an invitation up */
        post: operations["accept_invitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What can be done to sign in */
        get: operations["get_sign_in_options"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Change one's password, or set the first one; all other sessions end at once */
        put: operations["put_password"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/providers/{provider}/begin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Go to a provider to sign in */
        get: operations["begin_sign_in"];
        put?: never;
        /** Get where to go to sign in with a provider and take an invitation up */
        post: operations["begin_invited_sign_in"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/providers/{provider}/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Come back from a provider */
        get: operations["come_back"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/providers/{provider}/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Go to a provider to bring one more identity */
        post: operations["link_identity"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/renew": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Get a fresh claim for a session that goes on */
        post: operations["renew"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everywhere one is signed in, the newest first */
        get: operations["list_sessions"];
        put?: never;
        post?: never;
        /** End all of one's own sessions but this one */
        delete: operations["end_other_sessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End one of one's own sessions, at once */
        delete: operations["end_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make the first administrator, with the code that the hub printed */
        post: operations["set_up"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/sign-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign in with a password */
        post: operations["sign_in"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/sign-out": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sign out */
        post: operations["sign_out"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/auth/sign-up": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make an account with a password, where the policy lets one */
        post: operations["sign_up"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/clients/control.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A control file for `chaos run --control-file`. The token goes into the environment as `CHAOSHUB_TOKEN`. */
        get: operations["get_control_file"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/clients/{file}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The control module as a wheel that `pip install` takes. */
        get: operations["get_control_wheel"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/experiments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The experiments of a workspace, last changed first. */
        get: operations["list_experiments"];
        put?: never;
        /** Keeps a new experiment. The body is the experiment itself, JSON or YAML by its content type. */
        post: operations["create_experiment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/experiments/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Checks an experiment's text without keeping it. */
        post: operations["check_experiment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/experiments/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** An experiment with its latest version. */
        get: operations["get_experiment"];
        /** Saves a changed text as the next version. `If-Match` names the version that it was made from. */
        put: operations["change_experiment"];
        post?: never;
        /** Archives an experiment. Its versions and runs stay; `restore` brings it back. */
        delete: operations["archive_experiment"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/experiments/{id}/adopt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Adopts an experiment that runs from outside made: from now on people edit and run it here. */
        post: operations["adopt_experiment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/experiments/{id}/merge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Merges an experiment from outside into another one, which gets its runs and versions; answers that one. */
        post: operations["merge_experiment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/experiments/{id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Brings an archived experiment back. */
        post: operations["restore_experiment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/experiments/{id}/separate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Lets runs from outside leave for an experiment of their own, or undoes a merge; answers the experiment that has them. */
        post: operations["separate_experiment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/experiments/{id}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The versions of an experiment, newest first. */
        get: operations["list_versions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/experiments/{id}/versions/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One version with its text. */
        get: operations["get_version"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/hubs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The hubs of a workspace
         * @description The default one comes first. Needs `hub:read`.
         */
        get: operations["list_hubs"];
        put?: never;
        /**
         * Make a hub
         * @description It has no cards yet. Needs `hub:write`.
         */
        post: operations["create_hub"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/hubs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A hub with its cards and their data
         * @description Answers in bounded time; a card whose data is not there says so itself. Needs `hub:read`. A card shows
         *     only what the caller could read where it comes from: without the scopes of its kind it says which are needed.
         */
        get: operations["get_hub"];
        put?: never;
        post?: never;
        /**
         * Remove a hub with its cards
         * @description The default hub stays: 409 `default-hub`. Needs `hub:write`.
         */
        delete: operations["delete_hub"];
        options?: never;
        head?: never;
        /**
         * Change a hub
         * @description Title, description and layout together or not at all. With the `ETag` of what it was made from in
         *     `If-Match` it is refused when somebody else was faster (412 `changed-meanwhile`); without, the last writer wins. Needs `hub:write`, and `hub:read` for the
         *     answer, which is the whole hub.
         */
        patch: operations["edit_hub"];
        trace?: never;
    };
    "/api/v1/hubs/{id}/widgets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Put a card on a hub
         * @description It is laid where there is room for its kind's size. Needs `hub:write`.
         */
        post: operations["create_widget"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/journals": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Makes a run of a journal that `chaos run` left somewhere. The same journal again answers the same run. */
        post: operations["upload_journal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who one is, and where one has a role */
        get: operations["get_me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/organizations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The organizations one may know of */
        get: operations["list_organizations"];
        put?: never;
        /** Make an organization and own it */
        post: operations["create_organization"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The runs of a workspace, those that started last first unless `sort` says otherwise. A piece is right while runs come
         *     and go: the next one begins behind the last run of the one before, wherever that is by then.
         */
        get: operations["list_runs"];
        put?: never;
        /** Starts a run. The same `Idempotency-Key` again answers the same run. */
        post: operations["start_run"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The same list whole, as a table with a line of headings (RFC 4180); at most 50,000 runs, and a last line that says so
         *     when there are more. It takes no `limit`, `after` and `count`.
         */
        get: operations["download_runs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A run in full. */
        get: operations["get_run"];
        /** Announces a run from outside, under an id that the sender has made. Idempotent. */
        put: operations["open_run"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/adjacent": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The runs of the same experiment before and after this one, by the time at which they started, and the last one before
         *     it that passed. All are null where a run belongs to no experiment.
         */
        get: operations["get_adjacent_runs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A run's events, in order. */
        get: operations["list_events"];
        put?: never;
        /** Takes what a control module sends: with the run's own token, or an API token that may report runs. */
        post: operations["ingest_events"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/journal": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The journal of a run, the bytes as they were received and redacted. */
        get: operations["get_journal"];
        /** Takes the journal of a run from outside: its last word. */
        put: operations["finish_run"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a run wrote on its standard output and error, a piece at a time; `x-next` says where the next one begins. */
        get: operations["get_log"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/runs/{id}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Asks a run to stop. */
        post: operations["stop_run"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What happens, as it happens
         * @description Server-sent events. Needs `hub:read` for hubs and `run:read` for runs and workspaces. A topic that may not be heard is
         *     left out, and `event: refused` says so, on opening or when rights change; when none may be, the answer is a problem.
         *     The stream ends with the caller's claim; come back with the last id, and nothing is missed. `event: resync` says that
         *     something was.
         */
        get: operations["listen"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One's own tokens */
        get: operations["list_tokens"];
        put?: never;
        /** Make a token with at most one's own rights in a workspace */
        post: operations["create_token"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End one of one's own tokens, at once */
        delete: operations["delete_token"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/widget-kinds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The kinds of cards that a hub can hold */
        get: operations["list_widget_kinds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/widgets/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Take a card off its hub
         * @description Needs `hub:write`.
         */
        delete: operations["delete_widget"];
        options?: never;
        head?: never;
        /**
         * Change a card
         * @description A configuration that is not one for its kind answers 422 `invalid-widget-config` with the fields. Needs `hub:write`,
         *     and `hub:read` for the answer, which is the whole card.
         */
        patch: operations["edit_widget"];
        trace?: never;
    };
    "/api/v1/workspaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The workspaces one may know of; an administrator is shown all of them, which opens none */
        get: operations["list_workspaces"];
        put?: never;
        /** Make a workspace in an organization one owns */
        post: operations["create_workspace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One workspace */
        get: operations["get_workspace"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{id}/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The open invitations to the workspace */
        get: operations["list_invitations"];
        put?: never;
        /** Invite somebody to the workspace by a link that is good once */
        post: operations["create_invitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{id}/invitations/{invitation}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take an invitation back */
        delete: operations["delete_invitation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{id}/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everybody with a role in the workspace */
        get: operations["list_members"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/workspaces/{id}/members/{account_name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Give an account a role in the workspace */
        put: operations["put_member"];
        post?: never;
        /** Take an account's role in the workspace away */
        delete: operations["remove_member"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description A person or a service identity. */
        Account: {
            /** @description Whether it administers the installation; that alone gives no right in any workspace. */
            admin: boolean;
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /** @description Its id. */
            id: components["schemas"]["AccountId"];
            /** @description Its name, unique; also the name of its personal organization. */
            name: string;
        };
        AccountId: string;
        /** @description What is beside a run among the runs of its experiment, by the time at which they started. */
        AdjacentRuns: {
            last_passed?: components["schemas"]["RunMark"] | null;
            next?: components["schemas"]["RunMark"] | null;
            previous?: components["schemas"]["RunMark"] | null;
        };
        /** @description When an experiment from outside became one that is edited and run here. */
        Adopted: {
            /**
             * Format: date-time
             * @description When.
             */
            at: string;
            /** @description By whom. */
            by: string;
        };
        /** @description What the control module is given. */
        Arguments: {
            /** @description This hub. */
            url: string;
            /** @description `organization/workspace`. */
            workspace: string;
        };
        /** @description What is wrong with an experiment's text. */
        Check: {
            /** @description Errors, which keep it from being saved, and warnings. */
            problems: components["schemas"]["Problem"][];
            /** @description Its title, when it can be read at all. */
            title?: string | null;
        };
        /** @description A control of Chaos Toolkit. */
        Control: {
            /** @description Where its code is. */
            provider: components["schemas"]["Provider"];
        };
        /** @description What `chaos run --control-file` reads: our control under a name of its own. */
        ControlFile: {
            /** @description The control. */
            chaoshub: components["schemas"]["Control"];
        };
        /** @description An invitation that was made. Its link is shown here and never again. */
        CreatedInvitation: {
            /** @description The invitation. */
            invitation: components["schemas"]["Invitation"];
            /**
             * @description What to give to whom is invited; whoever has it is invited.
             * @example https://chaos.example.org/invitation#...
             */
            link: string;
        };
        /** @description A token that was made. Its secret is shown here and never again. */
        CreatedToken: {
            /**
             * @description What to send as `Authorization: Bearer`.
             * @example chp_...
             */
            secret: string;
            /** @description The token. */
            token: components["schemas"]["Token"];
        };
        /** @description One event of a run. */
        Event: {
            /**
             * Format: date-time
             * @description When it happened, by the sender's clock.
             */
            at: string;
            /** @description Particulars. */
            data: JsonObject;
            /** @description What happened; docs/API.md lists the kinds. */
            kind: string;
            /**
             * Format: int64
             * @description Place in the run, from 1, without gaps.
             */
            number: number;
            phase?: components["schemas"]["Phase"] | null;
            /**
             * Format: date-time
             * @description When the hub received it.
             */
            received_at: string;
            /** @description Who sent it: `hub`, or the control module's own name for itself. */
            sender: string;
            /**
             * Format: int64
             * @description The sender's own count, from 1; `(sender, sender_seq)` is unique in a run.
             */
            sender_seq: number;
        };
        /** @description What a control module sends. Without events it says "still here". */
        EventBatch: {
            /** @description New or repeated events, in any order. */
            events: components["schemas"]["SentEvent"][];
            /** @description The sender's name for itself, the same during the whole run, at most 64 characters. */
            sender: string;
        };
        /** @description Events of a run, in order. */
        Events: {
            /** @description The events. */
            items: components["schemas"]["Event"][];
            /**
             * Format: int64
             * @description What to give as `after` for more; null when these are the last.
             */
            next?: number | null;
        };
        /** @description An experiment with its latest version. */
        Experiment: components["schemas"]["ExperimentSummary"] & {
            adopted?: components["schemas"]["Adopted"] | null;
            /** @description The parsed document, its secrets masked. */
            document: JsonObject;
            /** @description The text's format. */
            format: components["schemas"]["Format"];
            /** @description The title of the steady-state hypothesis. */
            hypothesis?: string | null;
            /** @description The experiments that were merged into it, oldest first; each may be separated again. */
            merged: components["schemas"]["MergedExperiment"][];
            merged_into?: components["schemas"]["ExperimentId"] | null;
            /** @description What may be given to a run: the entries of its `configuration`, in order. */
            parameters: components["schemas"]["Parameter"][];
            /** @description The text as it was saved. */
            source: string;
        };
        ExperimentId: string;
        /**
         * @description Where an experiment comes from.
         * @enum {string}
         */
        ExperimentOrigin: "hub" | "outside";
        /** @description An experiment in a list. */
        ExperimentSummary: {
            /** @description Out of the way, but not gone. */
            archived: boolean;
            /** @description Its description. */
            description: string;
            /** @description Its id. */
            id: components["schemas"]["ExperimentId"];
            /** @description Its last runs, newest first, at most ten. */
            last_runs: components["schemas"]["RunMark"][];
            /** @description Whether people write it here, or runs from outside made it. */
            origin: components["schemas"]["ExperimentOrigin"];
            /** @description Its tags. */
            tags: string[];
            /** @description Its title. */
            title: string;
            /**
             * Format: date-time
             * @description When the latest version was saved.
             */
            updated_at: string;
            /** @description By whom. */
            updated_by: string;
            /**
             * Format: int64
             * @description The number of its latest version.
             */
            version: number;
            /** @description Its workspace. */
            workspace_id: components["schemas"]["WorkspaceId"];
        };
        /**
         * @description How a document is written.
         * @enum {string}
         */
        Format: "json" | "yaml";
        /**
         * @description Where a role was given.
         * @enum {string}
         */
        GivenOn: "organization" | "workspace";
        /** @description How many runs there are. */
        Hits: {
            /**
             * Format: int64
             * @description So many, at most 1,000.
             */
            count: number;
            /** @description Whether there may be more: then there are at least so many. */
            more: boolean;
        };
        /** @description A hub with everything on it. */
        Hub: components["schemas"]["HubSummary"] & {
            /** @description Whether the caller may change it. */
            can_write: boolean;
            /** @description Its cards in reading order. */
            widgets: components["schemas"]["Widget"][];
        };
        /** @description What to change of a hub; what is left out stays. */
        HubChange: {
            /** @description The description. */
            description?: string | null;
            /** @description Where cards lie; those not named stay where they are. */
            layout?: components["schemas"]["WidgetPlace"][] | null;
            /** @description The title. */
            title?: string | null;
        };
        HubId: string;
        /** @description A hub in a list. */
        HubSummary: {
            /** @description What it is for. */
            description: string;
            /** @description Its id. */
            id: components["schemas"]["HubId"];
            /** @description Whether it is the one that the workspace opens with. */
            is_default: boolean;
            /** @description Its title. */
            title: string;
            /**
             * Format: date-time
             * @description When it or one of its widgets was last changed.
             */
            updated_at: string;
            /** @description Its workspace. */
            workspace_id: components["schemas"]["WorkspaceId"];
        };
        /** @description An account elsewhere that opens one here. */
        Identity: {
            /**
             * Format: date-time
             * @description When it was linked.
             */
            created_at: string;
            /** @description Its id. */
            id: components["schemas"]["IdentityId"];
            /** @description What it was called there when it was last used. */
            label: string;
            /** @description The provider's name; null when this hub no longer asks it, so that the identity opens nothing. */
            provider?: string | null;
            /** @description The provider's name for people. */
            title: string;
            /**
             * Format: date-time
             * @description When it was last used.
             */
            used_at: string;
        };
        IdentityId: string;
        /** @description What was taken, and what is wanted. */
        Ingested: {
            /**
             * Format: int64
             * @description Nothing of this sender is missing up to this number.
             */
            through: number;
            /** @description What the run should do. */
            wanted: components["schemas"]["Wanted"];
        };
        /** @description An invitation to a workspace that is open, without its secret. */
        Invitation: {
            /** @description The name of who made it; it ends when they may no longer invite. */
            by: string;
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it ends.
             */
            expires_at: string;
            /** @description Its id. */
            id: components["schemas"]["InvitationId"];
            /** @description The role that it gives. */
            role: components["schemas"]["Role"];
        };
        InvitationId: string;
        /** @description The secret of an invitation. */
        InvitationSecret: {
            /** @description What the link carries behind its `#`. */
            secret: string;
        };
        /** @description What somebody is invited to. */
        Invited: {
            /** @description Who invites. */
            by: string;
            /**
             * Format: date-time
             * @description When it ends.
             */
            expires_at: string;
            /** @description The organization's name. */
            organization: string;
            /** @description The role that is given. */
            role: components["schemas"]["Role"];
            /** @description The workspace's name for people. */
            title: string;
            /** @description The workspace's name. */
            workspace: string;
        };
        /** @description Signing in to take an invitation up. */
        InvitedWish: {
            /** @description What the invitation's link carries behind its `#`. */
            invitation: string;
            /** @description The page to go to afterwards, a path of this hub. */
            next?: string | null;
        };
        /** @description Where a journal's bytes can be had, and what they are. */
        JournalRef: {
            /**
             * Format: int64
             * @description Their number.
             */
            bytes: number;
            /** @description SHA-256 of the bytes as received, hexadecimal. */
            digest: string;
        };
        /** @description Where to go. */
        Location: {
            /** @description The provider's page. */
            location: string;
        };
        /** @description Who is signed in. */
        Me: {
            /** @description The account. */
            account: components["schemas"]["Account"];
            /** @description Where it has a role. */
            workspaces: components["schemas"]["Membership"][];
        };
        /** @description Somebody with a role in a workspace. */
        Member: {
            /** @description Who. */
            account: components["schemas"]["Account"];
            /** @description Where that role was given. */
            given_on: components["schemas"]["GivenOn"];
            /** @description The strongest role, of the organization's and the workspace's. */
            role: components["schemas"]["Role"];
            /**
             * Format: date-time
             * @description When it was given.
             */
            since: string;
        };
        /** @description The role that somebody is to have in the workspace. */
        MemberRole: {
            /** @description The role. */
            role: components["schemas"]["Role"];
        };
        /** @description A workspace in which the caller has a role. */
        Membership: {
            /** @description The strongest role, of the organization's and the workspace's. */
            role: components["schemas"]["Role"];
            /** @description What the caller may do there. */
            scopes: components["schemas"]["Scopes"];
            /** @description The workspace. */
            workspace: components["schemas"]["Workspace"];
        };
        /** @description Where the runs of an experiment go. */
        MergeInto: {
            /** @description The experiment of the same workspace that gets them. */
            into: components["schemas"]["ExperimentId"];
        };
        /** @description An experiment whose runs another one has now. */
        MergedExperiment: {
            /** @description Its id: separating it brings its runs back. */
            id: components["schemas"]["ExperimentId"];
            /** @description Its title. */
            title: string;
        };
        /** @description An account that an administrator makes for somebody. */
        NewAccount: {
            /** @description Whether it administers the installation too. */
            admin?: boolean;
            /** @description Its name. */
            name: string;
            /**
             * Format: password
             * @description Its first password.
             */
            password: string;
        };
        /** @description A hub to be made. */
        NewHub: {
            /** @description Its title. */
            title: string;
            /** @description The workspace, as `organization/name`. */
            workspace: string;
        };
        /** @description An invitation to be made. */
        NewInvitation: {
            /**
             * Format: int32
             * @description When it ends; a week where nothing is said.
             * @default 7
             */
            expires_in_days: number;
            /** @description The role that it gives. */
            role: components["schemas"]["Role"];
        };
        /** @description An organization to be made, with a first workspace of the same name. */
        NewOrganization: {
            /** @description The first segment of its addresses. */
            name: string;
            /** @description Its name for people; the name where none is given. */
            title?: string | null;
        };
        /** @description A run to start. */
        NewRun: {
            /** @description The experiment. */
            experiment: components["schemas"]["ExperimentId"];
            /** @description Whether it may start while another run is live in its environment; `allow` unless told. */
            overlap?: components["schemas"]["OverlapPolicy"];
            /** @description Values for the experiment's configuration. Not for secrets. */
            parameters?: JsonObject;
            rollback_strategy?: components["schemas"]["RollbackStrategy"] | null;
            /**
             * Format: int64
             * @description Which version; the latest unless told.
             */
            version?: number | null;
        };
        /** @description A token to be made. */
        NewToken: {
            /**
             * Format: int32
             * @description When it ends; null for never.
             */
            expires_in_days?: number | null;
            /** @description What to call it. */
            name: string;
            /** @description The most it may do; one's own rights in the workspace at most. */
            scopes: components["schemas"]["Scopes"];
            /**
             * @description The only workspace it is to be good for.
             * @example demo/demo
             */
            workspace: string;
        };
        /** @description A card to be made. */
        NewWidget: {
            /** @description Its configuration, valid against the schema of its kind. */
            config: JsonObject;
            /** @description Its kind, one of `GET /api/v1/widget-kinds`. */
            kind: string;
            /** @description Its title; that of the kind when left out. */
            title?: string | null;
        };
        /** @description A workspace to be made in an organization that one owns. */
        NewWorkspace: {
            /** @description The second segment of its addresses. */
            name: string;
            /** @description The name of the organization. */
            organization: string;
            /** @description Its name for people; the name where none is given. */
            title?: string | null;
        };
        /** @description A reason or a warning. */
        Note: {
            /** @description Stable and kebab-case. */
            code: string;
            /** @description What it means and what to do. */
            detail: string;
        };
        /** @description Where an announced run can be watched. */
        OpenedRun: {
            /** @description The run. */
            id: components["schemas"]["RunId"];
            /**
             * Format: int64
             * @description Its number.
             */
            number: number;
            /** @description The page for people. */
            url: string;
        };
        /** @description What groups workspaces and people. */
        Organization: {
            /** @description Its id. */
            id: components["schemas"]["OrganizationId"];
            /** @description The first segment of its addresses. */
            name: string;
            role?: components["schemas"]["Role"] | null;
            /** @description Its name for people. */
            title: string;
        };
        OrganizationId: string;
        /**
         * @description Where a run comes from.
         * @enum {string}
         */
        Origin: "hub" | "outside" | "upload";
        /** @description A run that a control module announces, under an id of its own making. */
        OutsideRun: {
            /** @description Version of chaostoolkit-lib. */
            chaoslib?: string | null;
            /** @description Version of chaostoolkit. */
            chaostoolkit?: string | null;
            /** @description The experiment that runs, secrets masked. */
            experiment: JsonObject;
            /** @description The machine. */
            node?: string | null;
            /** @description Version of Python. */
            python?: string | null;
            /**
             * Format: date-time
             * @description When it started, by that machine's clock.
             */
            started_at?: string | null;
            /** @description `organization/workspace`. */
            workspace: string;
        };
        /**
         * @description Whether a run may start while another one is live in its environment.
         * @enum {string}
         */
        OverlapPolicy: "allow" | "refuse";
        /** @description Another run that was live at the same time in the same environment. */
        OverlappingRun: {
            /** @description Its id. */
            id: components["schemas"]["RunId"];
            /**
             * Format: int64
             * @description Its number.
             */
            number: number;
        };
        /** @description One piece of a list, and where the next begins. */
        Page_Account: {
            /** @description The entries. */
            items: {
                /** @description Whether it administers the installation; that alone gives no right in any workspace. */
                admin: boolean;
                /**
                 * Format: date-time
                 * @description When it was made.
                 */
                created_at: string;
                /** @description Its id. */
                id: components["schemas"]["AccountId"];
                /** @description Its name, unique; also the name of its personal organization. */
                name: string;
            }[];
            /** @description What to give as `after` for the next piece; null at the end. */
            next?: string | null;
        };
        /** @description One piece of a list, and where the next begins. */
        Page_ExperimentSummary: {
            /** @description The entries. */
            items: {
                /** @description Out of the way, but not gone. */
                archived: boolean;
                /** @description Its description. */
                description: string;
                /** @description Its id. */
                id: components["schemas"]["ExperimentId"];
                /** @description Its last runs, newest first, at most ten. */
                last_runs: components["schemas"]["RunMark"][];
                /** @description Whether people write it here, or runs from outside made it. */
                origin: components["schemas"]["ExperimentOrigin"];
                /** @description Its tags. */
                tags: string[];
                /** @description Its title. */
                title: string;
                /**
                 * Format: date-time
                 * @description When the latest version was saved.
                 */
                updated_at: string;
                /** @description By whom. */
                updated_by: string;
                /**
                 * Format: int64
                 * @description The number of its latest version.
                 */
                version: number;
                /** @description Its workspace. */
                workspace_id: components["schemas"]["WorkspaceId"];
            }[];
            /** @description What to give as `after` for the next piece; null at the end. */
            next?: string | null;
        };
        /** @description One piece of a list, and where the next begins. */
        Page_HubSummary: {
            /** @description The entries. */
            items: {
                /** @description What it is for. */
                description: string;
                /** @description Its id. */
                id: components["schemas"]["HubId"];
                /** @description Whether it is the one that the workspace opens with. */
                is_default: boolean;
                /** @description Its title. */
                title: string;
                /**
                 * Format: date-time
                 * @description When it or one of its widgets was last changed.
                 */
                updated_at: string;
                /** @description Its workspace. */
                workspace_id: components["schemas"]["WorkspaceId"];
            }[];
            /** @description What to give as `after` for the next piece; null at the end. */
            next?: string | null;
        };
        /** @description One piece of a list, and where the next begins. */
        Page_Invitation: {
            /** @description The entries. */
            items: {
                /** @description The name of who made it; it ends when they may no longer invite. */
                by: string;
                /**
                 * Format: date-time
                 * @description When it was made.
                 */
                created_at: string;
                /**
                 * Format: date-time
                 * @description When it ends.
                 */
                expires_at: string;
                /** @description Its id. */
                id: components["schemas"]["InvitationId"];
                /** @description The role that it gives. */
                role: components["schemas"]["Role"];
            }[];
            /** @description What to give as `after` for the next piece; null at the end. */
            next?: string | null;
        };
        /** @description One piece of a list, and where the next begins. */
        Page_Member: {
            /** @description The entries. */
            items: {
                /** @description Who. */
                account: components["schemas"]["Account"];
                /** @description Where that role was given. */
                given_on: components["schemas"]["GivenOn"];
                /** @description The strongest role, of the organization's and the workspace's. */
                role: components["schemas"]["Role"];
                /**
                 * Format: date-time
                 * @description When it was given.
                 */
                since: string;
            }[];
            /** @description What to give as `after` for the next piece; null at the end. */
            next?: string | null;
        };
        /** @description One piece of a list, and where the next begins. */
        Page_Organization: {
            /** @description The entries. */
            items: {
                /** @description Its id. */
                id: components["schemas"]["OrganizationId"];
                /** @description The first segment of its addresses. */
                name: string;
                role?: components["schemas"]["Role"] | null;
                /** @description Its name for people. */
                title: string;
            }[];
            /** @description What to give as `after` for the next piece; null at the end. */
            next?: string | null;
        };
        /** @description One piece of a list, and where the next begins. */
        Page_Token: {
            /** @description The entries. */
            items: {
                /** @description The name of its owner. */
                account: string;
                /**
                 * Format: date-time
                 * @description When it was made.
                 */
                created_at: string;
                /**
                 * Format: date-time
                 * @description When it ends; null when it does not.
                 */
                expires_at?: string | null;
                /**
                 * @description The beginning of the secret, to tell tokens apart.
                 * @example chp_ab12…
                 */
                hint: string;
                /** @description Its id. */
                id: components["schemas"]["TokenId"];
                /**
                 * Format: date-time
                 * @description When it was last used, within a minute; null when it never was.
                 */
                last_used_at?: string | null;
                /** @description What its owner calls it. */
                name: string;
                /** @description The most it may do; never more than its owner's role at the time of use. */
                scopes: components["schemas"]["Scopes"];
                /** @description The only workspace it is good for. */
                workspace_id: components["schemas"]["WorkspaceId"];
            }[];
            /** @description What to give as `after` for the next piece; null at the end. */
            next?: string | null;
        };
        /** @description One piece of a list, and where the next begins. */
        Page_Version: {
            /** @description The entries. */
            items: {
                /**
                 * Format: date-time
                 * @description When it was saved.
                 */
                created_at: string;
                /** @description By whom. */
                created_by: string;
                /** @description SHA-256 of the text, hexadecimal. */
                digest: string;
                /** @description The text's format. */
                format: components["schemas"]["Format"];
                merged_from?: components["schemas"]["ExperimentId"] | null;
                /**
                 * Format: int64
                 * @description Counted from 1.
                 */
                number: number;
                /** @description Whether a person saved it here or a run from outside brought it. */
                origin: components["schemas"]["ExperimentOrigin"];
            }[];
            /** @description What to give as `after` for the next piece; null at the end. */
            next?: string | null;
        };
        /** @description One piece of a list, and where the next begins. */
        Page_Workspace: {
            /** @description The entries. */
            items: {
                /**
                 * Format: date-time
                 * @description When it was made.
                 */
                created_at: string;
                /** @description Its id. */
                id: components["schemas"]["WorkspaceId"];
                /** @description The second segment of its addresses. */
                name: string;
                /** @description The name of its organization: the first segment of its addresses. */
                organization: string;
                /** @description Its name for people. */
                title: string;
            }[];
            /** @description What to give as `after` for the next piece; null at the end. */
            next?: string | null;
        };
        /** @description One entry of an experiment's `configuration`. */
        Parameter: {
            /** @description The value that the experiment gives; none where there is none, or where the name says that it is secret. */
            default?: unknown;
            /** @description Where its value comes from when none is given. */
            kind: components["schemas"]["ParameterKind"];
            /** @description Its name. */
            name: string;
            /** @description What it takes. */
            type: components["schemas"]["ParameterType"];
            /** @description The environment variable that it is read from. */
            variable?: string | null;
        };
        /**
         * @description Where the value of a parameter comes from when none is given.
         * @enum {string}
         */
        ParameterKind: "literal" | "env" | "dynamic";
        /**
         * @description What kind of value a parameter takes.
         * @enum {string}
         */
        ParameterType: "string" | "integer" | "number" | "boolean" | "json";
        /** @description A new password, or the first one. */
        PasswordChange: {
            /**
             * Format: password
             * @description The current password; none where no password opens the account yet.
             */
            current?: string | null;
            /**
             * Format: password
             * @description The password from now on.
             */
            new: string;
        };
        /**
         * @description The part of a run that something belongs to.
         * @enum {string}
         */
        Phase: "baseline" | "method" | "during" | "after" | "rollbacks";
        /** @description One activity that a run is going to play. */
        PlannedActivity: {
            /** @description Whether the method goes on without waiting for it. */
            background?: boolean;
            /** @description `<phase>-<index>`, the index counting from 0 in that list. */
            key: string;
            /** @description Its name. */
            name: string;
            /** @description The part of the run it belongs to. */
            phase: components["schemas"]["Phase"];
            /** @description `probe` or `action`. */
            type: string;
        };
        /** @description Something wrong with a document. */
        Problem: {
            /** @description What kind of problem it is: the same word for the same mistake. */
            code?: string;
            /**
             * Format: int32
             * @description In which column, from 1, where it is known.
             */
            column?: number | null;
            /**
             * Format: int32
             * @description On which line, from 1.
             */
            line?: number | null;
            /** @description What is wrong and what to do. */
            message: string;
            /** @description Where: a JSON pointer (RFC 6901), empty for the whole document. */
            path: string;
            /** @description How bad it is. */
            severity: components["schemas"]["Severity"];
        };
        /** @description The body of every failure (`application/problem+json`, RFC 9457). */
        ProblemDocument: {
            /** @description Stable and kebab-case. */
            code: string;
            /** @description What happened and what to do. */
            detail: string;
            /** @description Particulars that some codes carry. */
            extra?: JsonObject | null;
            /** @description A reference that finds the request in the log. */
            instance: string;
            /**
             * Format: int32
             * @description The HTTP status.
             */
            status: number;
            /** @description The code in words. */
            title: string;
            /** @description The code as a name that is nobody else's (a URN; there is nothing to fetch). */
            type: string;
        };
        /** @description How far a run is. */
        Progress: {
            /** @description The name of the activity that runs now. */
            current?: string | null;
            /**
             * Format: int32
             * @description Activities completed.
             */
            done: number;
            /**
             * Format: int32
             * @description Activities planned; at least `done`.
             */
            total: number;
        };
        /** @description A Python module and what it is given. */
        Provider: {
            /** @description What it is given; nothing secret. */
            arguments: components["schemas"]["Arguments"];
            /** @description The module. */
            module: string;
            /** @description Always `python`. */
            type: string;
        };
        /** @description A provider to sign in with. */
        ProviderButton: {
            /**
             * @description Its name in addresses.
             * @example github
             */
            name: string;
            /**
             * @description Its name for people.
             * @example GitHub
             */
            title: string;
        };
        /**
         * @description A name for a set of scopes, given on an organization or a workspace. Ordered: a later one may more.
         * @enum {string}
         */
        Role: "viewer" | "operator" | "editor" | "owner";
        /**
         * @description When rollbacks are played: the words of Chaos Toolkit.
         * @enum {string}
         */
        RollbackStrategy: "always" | "default" | "never" | "deviated";
        /** @description A run in full. */
        Run: components["schemas"]["RunSummary"] & {
            /** @description Whether the caller may stop it now. */
            can_stop: boolean;
            /** @description The version of chaostoolkit-lib. */
            chaoslib?: string | null;
            /**
             * Format: int64
             * @description The last event's number.
             */
            events: number;
            journal?: components["schemas"]["JournalRef"] | null;
            /** @description Parameters, rollback strategy and what else decided how it ran. */
            manifest: JsonObject;
            no_experiment?: components["schemas"]["Note"] | null;
            /** @description The machine it runs on. */
            node?: string | null;
            /** @description Other runs that were live in its environment at the same time, at most twenty. */
            overlaps: components["schemas"]["OverlappingRun"][];
            /** @description The parameters that were given to it. */
            parameters: components["schemas"]["UsedParameter"][];
            /** @description What is planned to happen, in order. */
            plan: components["schemas"]["PlannedActivity"][];
            /** @description Chaos Toolkit's own word. */
            raw_status?: string | null;
            /** @description Why the verdict is what it is: codes. */
            reasons: components["schemas"]["Note"][];
            /** @description `played`, `not-played`, `failed`, `none-declared` or `unknown`. */
            rollbacks: string;
            /**
             * Format: date-time
             * @description When a stop was asked for.
             */
            stop_requested_at?: string | null;
            /** @description The last step of stopping: `flag`, `interrupt`, `cut` or `kill`. */
            stop_step?: string | null;
            /** @description What else deserves attention: codes. */
            warnings: components["schemas"]["Note"][];
        };
        RunId: string;
        /** @description A past or present run of an experiment, as one mark of a strip. */
        RunMark: {
            /** @description The run. */
            id: components["schemas"]["RunId"];
            /**
             * Format: int64
             * @description Its number.
             */
            number: number;
            /**
             * Format: date-time
             * @description When it started.
             */
            started_at?: string | null;
            /** @description Where it stands. */
            state: components["schemas"]["RunState"];
            verdict?: components["schemas"]["Verdict"] | null;
        };
        /** @description A piece of a list of runs. */
        RunPage: {
            hits?: components["schemas"]["Hits"] | null;
            /** @description The runs. */
            items: components["schemas"]["RunSummary"][];
            /** @description What to give as `after` for the next piece; null at the end. */
            next?: string | null;
            /**
             * @description Whether the search paused before `limit` runs were found: a piece looks through 10,000 runs at the most. `next`
             *     goes on from there.
             */
            partial: boolean;
        };
        /**
         * @description Where a run stands. A ladder: late or repeated news can only move it up.
         * @enum {string}
         */
        RunState: "requested" | "starting" | "running" | "stopping" | "ended";
        /** @description A run in a list, on a widget, on the stream: the same JSON everywhere. */
        RunSummary: {
            /**
             * Format: int64
             * @description From start to end, milliseconds.
             */
            duration_ms?: number | null;
            /**
             * Format: date-time
             * @description When it ended.
             */
            ended_at?: string | null;
            /** @description The environment it acts on. */
            environment: string;
            experiment_id?: components["schemas"]["ExperimentId"] | null;
            /** @description Its id. */
            id: components["schemas"]["RunId"];
            /**
             * Format: int64
             * @description "Run 42": counted per workspace.
             */
            number: number;
            /** @description Where it comes from. */
            origin: components["schemas"]["Origin"];
            phase?: components["schemas"]["Phase"] | null;
            /** @description How far it is. */
            progress: components["schemas"]["Progress"];
            /**
             * Format: date-time
             * @description When it was asked for.
             */
            requested_at: string;
            /** @description What happened, in a sentence for a person. */
            sentence: string;
            /**
             * Format: date-time
             * @description When its first event came.
             */
            started_at?: string | null;
            /** @description The account's name. */
            started_by: string;
            /** @description Where it stands. */
            state: components["schemas"]["RunState"];
            /** @description The experiment's title. */
            title: string;
            verdict?: components["schemas"]["Verdict"] | null;
            /**
             * Format: int64
             * @description The version that ran.
             */
            version?: number | null;
            /** @description Its workspace. */
            workspace_id: components["schemas"]["WorkspaceId"];
        };
        /** @enum {string} */
        Scope: "workspace:read" | "workspace:admin" | "experiment:read" | "experiment:write" | "run:read" | "run:start" | "run:stop" | "run:ingest" | "hub:read" | "hub:write" | "session:use" | "job:submit" | "token:manage";
        /** @description A set of scopes. */
        Scopes: components["schemas"]["Scope"][];
        /** @description One event as it is sent. */
        SentEvent: {
            /**
             * Format: date-time
             * @description When it happened, by the sender's clock.
             */
            at: string;
            /** @description Particulars, an object. */
            data?: JsonObject;
            /** @description What happened. */
            kind: string;
            phase?: components["schemas"]["Phase"] | null;
            /**
             * Format: int64
             * @description The sender's own count, from 1, without gaps.
             */
            seq: number;
        };
        /** @description What leaves an experiment. Nothing is said of one that was merged: it takes back what it brought. */
        Separate: {
            /** @description One run from outside. */
            run?: string | null;
            /**
             * Format: int64
             * @description All runs from outside of this version.
             */
            version?: number | null;
        };
        /** @description Somebody signed in from one browser. */
        Session: {
            /**
             * @description The browser, in a few words.
             * @example Firefox on Linux
             */
            browser: string;
            /**
             * Format: date-time
             * @description When somebody signed in.
             */
            created_at: string;
            /** @description Whether it is the one that asks. */
            current: boolean;
            /** @description Its id. */
            id: components["schemas"]["SignInId"];
            /**
             * Format: date-time
             * @description When it was last renewed, which happens every few minutes while somebody looks.
             */
            seen_at: string;
        };
        /** @description How the first administrator is made. */
        SetupRequest: {
            /** @description The code that the hub printed when it started. */
            code: string;
            /** @description The name of the account. */
            name: string;
            /**
             * Format: password
             * @description Its password.
             */
            password: string;
        };
        /**
         * @description How bad a problem is.
         * @enum {string}
         */
        Severity: "error" | "warning";
        SignInId: string;
        /** @description What the page for signing in needs to know. */
        SignInOptions: {
            /** @description Where people may come from, in the order of their buttons. */
            providers: components["schemas"]["ProviderButton"][];
            /** @description Nobody has an account yet: ask for the setup code. */
            setup_required: boolean;
            /** @description Who may make an account without an administrator. */
            sign_up: components["schemas"]["SignUp"];
        };
        /** @description Signing in with a password. */
        SignInRequest: {
            /** @description The name of the account. */
            name: string;
            /**
             * Format: password
             * @description Its password.
             */
            password: string;
        };
        /**
         * @description Who may make an account without an administrator.
         * @enum {string}
         */
        SignUp: "open" | "invitation" | "domains" | "closed";
        /** @description An account with a password that somebody makes for themselves. */
        SignUpRequest: {
            /** @description What an invitation's link carries behind its `#`. */
            invitation?: string | null;
            /** @description The name of the account. */
            name: string;
            /**
             * Format: password
             * @description Its password.
             */
            password: string;
        };
        /**
         * @description How to stop.
         * @enum {string}
         */
        StopMode: "graceful" | "hard";
        /** @description How to stop. */
        StopRun: {
            /** @description `graceful` lets rollbacks play; `hard` does not wait for them. */
            mode: components["schemas"]["StopMode"];
        };
        /** @description One message of the stream; `event:` names the kind, and `resync` (an empty object) says that messages were missed. */
        StreamMessage: {
            /** @description What it shows. */
            data: components["schemas"]["WidgetData"];
            /** @description The topic. */
            topic: string;
            /** @description The card. */
            widget: components["schemas"]["WidgetId"];
        } | {
            /** @description The hub. */
            hub: components["schemas"]["HubId"];
            /** @description The topic. */
            topic: string;
        } | {
            /** @description The new events. */
            events: components["schemas"]["Event"][];
            /** @description The run. */
            run: components["schemas"]["RunId"];
            /** @description The topic. */
            topic: string;
        } | {
            /** @description The run as it stands. */
            run: components["schemas"]["RunSummary"];
            /** @description The topic. */
            topic: string;
        } | {
            /** @description The experiment. */
            experiment: components["schemas"]["ExperimentId"];
            /** @description The topic. */
            topic: string;
        } | {
            /** @description Why, as a problem would say it: `not-found`, `missing-scope`. */
            code: string;
            /** @description The topic. */
            topic: string;
        };
        /** @description An API token, without its secret. */
        Token: {
            /** @description The name of its owner. */
            account: string;
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it ends; null when it does not.
             */
            expires_at?: string | null;
            /**
             * @description The beginning of the secret, to tell tokens apart.
             * @example chp_ab12…
             */
            hint: string;
            /** @description Its id. */
            id: components["schemas"]["TokenId"];
            /**
             * Format: date-time
             * @description When it was last used, within a minute; null when it never was.
             */
            last_used_at?: string | null;
            /** @description What its owner calls it. */
            name: string;
            /** @description The most it may do; never more than its owner's role at the time of use. */
            scopes: components["schemas"]["Scopes"];
            /** @description The only workspace it is good for. */
            workspace_id: components["schemas"]["WorkspaceId"];
        };
        TokenId: string;
        /** @description The value that a run had for a parameter. */
        UsedParameter: {
            /** @description What it would have been otherwise, where that is known. */
            default?: unknown;
            /** @description Its name. */
            name: string;
            /** @description The value that was given for this run; `[redacted]` where the name says that it is secret. */
            value: unknown;
        };
        /**
         * @description What a run means, computed from its events and journal, never from an exit code.
         * @enum {string}
         */
        Verdict: "passed" | "deviated" | "baseline-not-met" | "inconclusive" | "failed" | "aborted" | "interrupted" | "lost";
        /** @description A saved state of an experiment. */
        Version: {
            /**
             * Format: date-time
             * @description When it was saved.
             */
            created_at: string;
            /** @description By whom. */
            created_by: string;
            /** @description SHA-256 of the text, hexadecimal. */
            digest: string;
            /** @description The text's format. */
            format: components["schemas"]["Format"];
            merged_from?: components["schemas"]["ExperimentId"] | null;
            /**
             * Format: int64
             * @description Counted from 1.
             */
            number: number;
            /** @description Whether a person saved it here or a run from outside brought it. */
            origin: components["schemas"]["ExperimentOrigin"];
        };
        /** @description A saved state with its text. */
        VersionDetail: components["schemas"]["Version"] & {
            /** @description The parsed document, its secrets masked. */
            document: JsonObject;
            /** @description The text as it was saved. */
            source: string;
        };
        /**
         * @description What a run should do.
         * @enum {string}
         */
        Wanted: "run" | "stop" | "abort";
        /** @description Everything that opens an account. */
        WaysIn: {
            /** @description The accounts elsewhere that do. */
            identities: components["schemas"]["Identity"][];
            /** @description Whether a password does. */
            password: boolean;
        };
        /** @description A card on a hub. The grid has 12 columns; a row is 40 px. */
        Widget: {
            /** @description Its configuration, valid against the schema of its kind. */
            config: JsonObject;
            /** @description What it shows. */
            data: components["schemas"]["WidgetData"];
            /**
             * Format: int32
             * @description Height in rows.
             */
            h: number;
            /** @description Its hub. */
            hub_id: components["schemas"]["HubId"];
            /** @description Its id. */
            id: components["schemas"]["WidgetId"];
            /** @description Its kind, one of `GET /api/v1/widget-kinds`. */
            kind: string;
            /** @description Its title. */
            title: string;
            /**
             * Format: int32
             * @description Width in columns.
             */
            w: number;
            /**
             * Format: int32
             * @description Column of its left edge, from 0.
             */
            x: number;
            /**
             * Format: int32
             * @description Row of its top edge, from 0.
             */
            y: number;
        };
        /** @description What to change of a card; what is left out stays. */
        WidgetChange: {
            /** @description The whole configuration. */
            config?: JsonObject | null;
            /** @description The title. */
            title?: string | null;
        };
        /** @description What a card shows: the same on page load and on the stream. */
        WidgetData: {
            /**
             * Format: date-time
             * @description When the value was read.
             */
            as_of: string;
            /** @description Why it is not ready, for a person. */
            error?: string | null;
            /** @description How good it is. */
            state: components["schemas"]["WidgetState"];
            /** @description The value, in the form of its kind. */
            value?: JsonObject | null;
        };
        WidgetId: string;
        /** @description A kind of card. */
        WidgetKind: {
            /** @description The JSON Schema (2020-12) of its configuration. */
            config_schema: JsonObject;
            /** @description What it shows. */
            description: string;
            /**
             * Format: int32
             * @description Height in rows of a new card.
             */
            h: number;
            /** @description Its name. */
            kind: string;
            /** @description The scopes that somebody needs, besides `hub:read`, to be shown its data. */
            needs: components["schemas"]["Scope"][];
            /** @description Its title. */
            title: string;
            /**
             * Format: int32
             * @description Width in columns of a new card.
             */
            w: number;
        };
        /** @description The kinds there are. */
        WidgetKinds: {
            /** @description In the order in which they are offered. */
            items: components["schemas"]["WidgetKind"][];
        };
        /** @description Where a card lies: 12 columns, rows of 40 px. */
        WidgetPlace: {
            /**
             * Format: int32
             * @description Height in rows.
             */
            h: number;
            /**
             * Format: int32
             * @description Width in columns.
             */
            w: number;
            /** @description The card. */
            widget: components["schemas"]["WidgetId"];
            /**
             * Format: int32
             * @description Column of its left edge, from 0.
             */
            x: number;
            /**
             * Format: int32
             * @description Row of its top edge, from 0.
             */
            y: number;
        };
        /**
         * @description How good the data of a card is.
         * @enum {string}
         */
        WidgetState: "ready" | "stale" | "error";
        /** @description What experiments, runs and hubs belong to. */
        Workspace: {
            /**
             * Format: date-time
             * @description When it was made.
             */
            created_at: string;
            /** @description Its id. */
            id: components["schemas"]["WorkspaceId"];
            /** @description The second segment of its addresses. */
            name: string;
            /** @description The name of its organization: the first segment of its addresses. */
            organization: string;
            /** @description Its name for people. */
            title: string;
        };
        WorkspaceId: string;
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    get_keys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": JsonObject;
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    list_accounts: {
        parameters: {
            query?: {
                /** @description At most this many entries, 1 to 200; 50 unless told. */
                limit?: number;
                /** @description The `next` of the piece before. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Account"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    create_account: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewAccount"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Account"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    list_identities: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WaysIn"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    unlink_identity: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The identity. */
                id: components["schemas"]["IdentityId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    get_invitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InvitationSecret"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invited"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    accept_invitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InvitationSecret"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    get_sign_in_options: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignInOptions"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    put_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordChange"];
            };
        };
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    begin_sign_in: {
        parameters: {
            query?: {
                /** @description The page to go to afterwards, a path of this hub. */
                next?: string;
            };
            header?: never;
            path: {
                /** @description The provider's name. */
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description To the provider, or to a page that says why not. */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    begin_invited_sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The provider's name. */
                provider: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InvitedWish"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Location"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    come_back: {
        parameters: {
            query?: {
                /** @description Good for tokens, once. */
                code?: string;
                /** @description Which sign-in it answers. */
                state?: string;
                /** @description Why there is no code. */
                error?: string;
                /** @description Who says so. */
                iss?: string;
            };
            header?: never;
            path: {
                /** @description The provider's name. */
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description To the page that was asked for, or to one that says why not. */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    link_identity: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The provider's name. */
                provider: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Location"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    renew: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    list_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"][];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    end_other_sessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    end_session: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The session. */
                id: components["schemas"]["SignInId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    set_up: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetupRequest"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignInRequest"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    sign_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    sign_up: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignUpRequest"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    get_control_file: {
        parameters: {
            query: {
                /** @description `organization/workspace`. */
                workspace: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ControlFile"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    get_control_wheel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description chaoshub_chaostoolkit-<version>-py3-none-any.whl */
                file: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": unknown;
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    list_experiments: {
        parameters: {
            query: {
                /** @description `organization/workspace`. */
                workspace: string;
                /** @description Words to look for in titles and tags. */
                q?: string;
                /** @description Only those that people write here, or only those that runs from outside made. */
                origin?: components["schemas"]["ExperimentOrigin"];
                /** @description Whether archived ones are listed; they are not unless told. */
                archived?: "exclude" | "include" | "only";
                /** @description At most this many, 1 to 200; 50 unless told. */
                limit?: number;
                /** @description The `next` of the page before. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ExperimentSummary"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    create_experiment: {
        parameters: {
            query: {
                /** @description `organization/workspace`. */
                workspace: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description a Chaos Toolkit experiment */
        requestBody: {
            content: {
                "application/json": JsonObject;
                "application/yaml": string;
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Experiment"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    check_experiment: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** @description a Chaos Toolkit experiment */
        requestBody: {
            content: {
                "application/json": JsonObject;
                "application/yaml": string;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Check"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    get_experiment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["ExperimentId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Experiment"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    change_experiment: {
        parameters: {
            query?: never;
            header: {
                /** @description the version's number in quotes */
                "If-Match": string;
            };
            path: {
                id: components["schemas"]["ExperimentId"];
            };
            cookie?: never;
        };
        /** @description a Chaos Toolkit experiment */
        requestBody: {
            content: {
                "application/json": JsonObject;
                "application/yaml": string;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Experiment"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    archive_experiment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["ExperimentId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    adopt_experiment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["ExperimentId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Experiment"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    merge_experiment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["ExperimentId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MergeInto"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Experiment"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    restore_experiment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["ExperimentId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Experiment"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    separate_experiment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["ExperimentId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["Separate"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Experiment"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    list_versions: {
        parameters: {
            query?: {
                /** @description At most this many entries, 1 to 200; 50 unless told. */
                limit?: number;
                /** @description The `next` of the piece before. */
                after?: string;
            };
            header?: never;
            path: {
                id: components["schemas"]["ExperimentId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Version"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    get_version: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["ExperimentId"];
                number: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VersionDetail"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    list_hubs: {
        parameters: {
            query: {
                /** @description The workspace, as `organization/name`. */
                workspace: string;
                /** @description At most this many entries, 1 to 200; 50 unless told. */
                limit?: number;
                /** @description The `next` of the piece before. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_HubSummary"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    create_hub: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewHub"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Hub"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    get_hub: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["HubId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Hub"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    delete_hub: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["HubId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    edit_hub: {
        parameters: {
            query?: never;
            header?: {
                /** @description the `ETag` that it was made from */
                "If-Match"?: string | null;
            };
            path: {
                id: components["schemas"]["HubId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HubChange"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Hub"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    create_widget: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["HubId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewWidget"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Widget"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    upload_journal: {
        parameters: {
            query: {
                /** @description `organization/workspace`. */
                workspace: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": JsonObject;
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    get_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    list_organizations: {
        parameters: {
            query?: {
                /** @description At most this many entries, 1 to 200; 50 unless told. */
                limit?: number;
                /** @description The `next` of the piece before. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Organization"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    create_organization: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewOrganization"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Organization"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    list_runs: {
        parameters: {
            query: {
                /** @description `organization/workspace`. */
                workspace: string;
                /** @description Only of this experiment. */
                experiment?: string;
                /** @description Only in these states; `active` stands for all but `ended`. */
                state?: ("active" | "requested" | "starting" | "running" | "stopping" | "ended")[];
                /** @description Only with these verdicts. */
                verdict?: components["schemas"]["Verdict"][];
                /** @description Only from there. */
                origin?: components["schemas"]["Origin"][];
                /** @description Only started by these accounts, by their names; at most 20. */
                started_by?: string[];
                /** @description Only of experiments with this tag. */
                tag?: string;
                /**
                 * @description Whether runs of archived experiments are listed, too (`include`, which is the default), not (`exclude`) or alone
                 *     (`only`).
                 */
                archived?: "include" | "exclude" | "only";
                /** @description Only with this text in the title or in the sentence; `#42` is the run of that number. At most 200 characters. */
                text?: string;
                /** @description Only started at this time or later; what has not started counts from when it was asked for. */
                from?: string;
                /** @description Only started earlier than this. */
                to?: string;
                /**
                 * @description What to sort by, with a `-` in front from the largest to the smallest; `-started` unless told. Runs that are equal
                 *     in it follow their number.
                 */
                sort?: "started" | "-started" | "duration" | "-duration" | "number" | "-number" | "title" | "-title" | "verdict" | "-verdict";
                /** @description Whether to count them: then `hits` says how many there are. */
                count?: boolean;
                /** @description At most this many, 1 to 200; 50 unless told. */
                limit?: number;
                /** @description The `next` of the page before. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunPage"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    start_run: {
        parameters: {
            query?: never;
            header?: {
                /** @description of the caller's choosing, at most 128 characters */
                "Idempotency-Key"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewRun"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    download_runs: {
        parameters: {
            query: {
                /** @description `organization/workspace`. */
                workspace: string;
                /** @description Only of this experiment. */
                experiment?: string;
                /** @description Only in these states; `active` stands for all but `ended`. */
                state?: ("active" | "requested" | "starting" | "running" | "stopping" | "ended")[];
                /** @description Only with these verdicts. */
                verdict?: components["schemas"]["Verdict"][];
                /** @description Only from there. */
                origin?: components["schemas"]["Origin"][];
                /** @description Only started by these accounts, by their names; at most 20. */
                started_by?: string[];
                /** @description Only of experiments with this tag. */
                tag?: string;
                /**
                 * @description Whether runs of archived experiments are listed, too (`include`, which is the default), not (`exclude`) or alone
                 *     (`only`).
                 */
                archived?: "include" | "exclude" | "only";
                /** @description Only with this text in the title or in the sentence; `#42` is the run of that number. At most 200 characters. */
                text?: string;
                /** @description Only started at this time or later; what has not started counts from when it was asked for. */
                from?: string;
                /** @description Only started earlier than this. */
                to?: string;
                /**
                 * @description What to sort by, with a `-` in front from the largest to the smallest; `-started` unless told. Runs that are equal
                 *     in it follow their number.
                 */
                sort?: "started" | "-started" | "duration" | "-duration" | "number" | "-number" | "title" | "-title" | "verdict" | "-verdict";
                /** @description Whether to count them: then `hits` says how many there are. */
                count?: boolean;
                /** @description At most this many, 1 to 200; 50 unless told. */
                limit?: number;
                /** @description The `next` of the page before. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": string;
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    get_run: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["RunId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    open_run: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["RunId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OutsideRun"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenedRun"];
                };
            };
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenedRun"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    get_adjacent_runs: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["RunId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AdjacentRuns"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    list_events: {
        parameters: {
            query?: {
                /** @description Only those with a larger number. */
                after?: number;
                /** @description At most this many, 1 to 1000; 500 unless told. */
                limit?: number;
            };
            header?: never;
            path: {
                id: components["schemas"]["RunId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Events"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    ingest_events: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["RunId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EventBatch"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Ingested"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    get_journal: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["RunId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": JsonObject;
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    finish_run: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["RunId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": JsonObject;
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    get_log: {
        parameters: {
            query?: {
                /** @description The byte to begin with; what the header `x-next` of the piece before said. */
                after?: number;
            };
            header?: never;
            path: {
                id: components["schemas"]["RunId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    stop_run: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["RunId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StopRun"];
            };
        };
        responses: {
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Run"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    listen: {
        parameters: {
            query: {
                /** @description `hub:<id>`, `run:<id>`, `workspace:<id>`, at most 64, with commas between. */
                topics: string;
                /** @description The id of the last message that was heard; the header `Last-Event-ID` goes before it. */
                since?: string;
            };
            header?: {
                /** @description The id of the last message that was heard */
                "Last-Event-ID"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Messages, each with `id`, `event` and `data` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["StreamMessage"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    list_tokens: {
        parameters: {
            query?: {
                /** @description Only those of this workspace, as `organization/workspace`. */
                workspace?: string;
                /** @description At most this many entries, 1 to 200; 50 unless told. */
                limit?: number;
                /** @description The `next` of the piece before. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Token"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    create_token: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewToken"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedToken"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    delete_token: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The token. */
                id: components["schemas"]["TokenId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    list_widget_kinds: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WidgetKinds"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    delete_widget: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: components["schemas"]["WidgetId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    edit_widget: {
        parameters: {
            query?: never;
            header?: {
                /** @description the `ETag` that it was made from */
                "If-Match"?: string | null;
            };
            path: {
                id: components["schemas"]["WidgetId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["WidgetChange"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Widget"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    list_workspaces: {
        parameters: {
            query?: {
                /** @description At most this many entries, 1 to 200; 50 unless told. */
                limit?: number;
                /** @description The `next` of the piece before. */
                after?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Workspace"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    create_workspace: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewWorkspace"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    get_workspace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The workspace. */
                id: components["schemas"]["WorkspaceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    list_invitations: {
        parameters: {
            query?: {
                /** @description At most this many entries, 1 to 200; 50 unless told. */
                limit?: number;
                /** @description The `next` of the piece before. */
                after?: string;
            };
            header?: never;
            path: {
                /** @description The workspace. */
                id: components["schemas"]["WorkspaceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Invitation"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    create_invitation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The workspace. */
                id: components["schemas"]["WorkspaceId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewInvitation"];
            };
        };
        responses: {
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CreatedInvitation"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    delete_invitation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The workspace. */
                id: components["schemas"]["WorkspaceId"];
                /** @description The invitation. */
                invitation: components["schemas"]["InvitationId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    list_members: {
        parameters: {
            query?: {
                /** @description At most this many entries, 1 to 200; 50 unless told. */
                limit?: number;
                /** @description The `next` of the piece before. */
                after?: string;
            };
            header?: never;
            path: {
                /** @description The workspace. */
                id: components["schemas"]["WorkspaceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_Member"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    put_member: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The workspace. */
                id: components["schemas"]["WorkspaceId"];
                /** @description The account's name. */
                account_name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MemberRole"];
            };
        };
        responses: {
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Member"];
                };
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
    remove_member: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The workspace. */
                id: components["schemas"]["WorkspaceId"];
                /** @description The account's name. */
                account_name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description It did not work; `code` says why. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["ProblemDocument"];
                };
            };
        };
    };
}
