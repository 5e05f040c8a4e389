CREATE SEQUENCE "public"."store_generations" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;--> statement-breakpoint
CREATE TABLE "agent_runs" (
	"run_id" text PRIMARY KEY NOT NULL,
	"parent_run_id" text,
	"member" text,
	"user_id" text NOT NULL,
	"channel_id" text NOT NULL,
	"question" text NOT NULL,
	"asker" text,
	"outcome" text,
	"answer" text,
	"model" text,
	"notes" jsonb,
	"sources" jsonb,
	"reason" jsonb,
	"model_calls" integer DEFAULT 0 NOT NULL,
	"prompt_tokens" integer DEFAULT 0 NOT NULL,
	"completion_tokens" integer DEFAULT 0 NOT NULL,
	"cached_tokens" integer DEFAULT 0 NOT NULL,
	"cost_micro_usd" bigint DEFAULT 0 NOT NULL,
	"asked_at" timestamp (3) with time zone NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"fence" bigint NOT NULL,
	"machine_version" integer DEFAULT 1 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "agent_sessions" (
	"user_id" text NOT NULL,
	"channel_id" text NOT NULL,
	"title" text NOT NULL,
	"summary" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"touched_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "agent_sessions_user_id_channel_id_pk" PRIMARY KEY("user_id","channel_id")
);
--> statement-breakpoint
CREATE TABLE "channel_status" (
	"channel_id" text PRIMARY KEY NOT NULL,
	"guild_id" text,
	"oldest_message_id" text,
	"newest_message_id" text,
	"complete" boolean DEFAULT false NOT NULL,
	"synced_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "inbox" (
	"message_id" text PRIMARY KEY NOT NULL,
	"seq" bigint GENERATED ALWAYS AS IDENTITY (sequence name "inbox_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"user_id" text NOT NULL,
	"channel_id" text NOT NULL,
	"payload" jsonb,
	"receipt" text NOT NULL,
	"state" text DEFAULT 'accepted' NOT NULL,
	"attempt" integer DEFAULT 0 NOT NULL,
	"lease_until" timestamp (3) with time zone,
	"received_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "messages" (
	"message_id" text PRIMARY KEY NOT NULL,
	"channel_id" text NOT NULL,
	"guild_id" text,
	"author_id" text NOT NULL,
	"author_name" text NOT NULL,
	"content" text NOT NULL,
	"reply_to" text,
	"sent_at" timestamp (3) with time zone NOT NULL,
	"edited_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"message_id" text NOT NULL,
	"part" integer NOT NULL,
	"user_id" text NOT NULL,
	"channel_id" text NOT NULL,
	"content" text NOT NULL,
	"nonce" text NOT NULL,
	"state" text DEFAULT 'pending' NOT NULL,
	"platform_id" text,
	"tries" integer DEFAULT 0 NOT NULL,
	"not_before" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "outbox_message_id_part_pk" PRIMARY KEY("message_id","part")
);
--> statement-breakpoint
CREATE TABLE "run_steps" (
	"run_id" text NOT NULL,
	"step_key" text NOT NULL,
	"kind" text NOT NULL,
	"input_hash" text NOT NULL,
	"output" jsonb NOT NULL,
	"recorded_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "run_steps_run_id_step_key_pk" PRIMARY KEY("run_id","step_key")
);
--> statement-breakpoint
CREATE TABLE "usage_days" (
	"user_id" text NOT NULL,
	"day" date NOT NULL,
	"tokens" bigint DEFAULT 0 NOT NULL,
	"cost_micro_usd" bigint DEFAULT 0 NOT NULL,
	"runs" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "usage_days_user_id_day_pk" PRIMARY KEY("user_id","day")
);
--> statement-breakpoint
CREATE TABLE "user_memories" (
	"memory_id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"user_id" text NOT NULL,
	"content" text NOT NULL,
	"origin" text NOT NULL,
	"source_run_id" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"superseded_by" uuid,
	"superseded_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE INDEX "agent_runs_conversation" ON "agent_runs" USING btree ("user_id","channel_id","ended_at","run_id") WHERE "agent_runs"."parent_run_id" is null and "agent_runs"."ended_at" is not null;--> statement-breakpoint
CREATE INDEX "agent_runs_members" ON "agent_runs" USING btree ("parent_run_id") WHERE "agent_runs"."parent_run_id" is not null;--> statement-breakpoint
CREATE INDEX "agent_runs_search" ON "agent_runs" USING gin (to_tsvector('english', left("question", 20000) || ' ' || left(coalesce("answer", ''), 60000))) WHERE "agent_runs"."parent_run_id" is null and "agent_runs"."ended_at" is not null;--> statement-breakpoint
CREATE INDEX "agent_sessions_recent" ON "agent_sessions" USING btree ("user_id","touched_at");--> statement-breakpoint
CREATE UNIQUE INDEX "inbox_unfinished" ON "inbox" USING btree ("seq") WHERE "inbox"."state" <> 'done';--> statement-breakpoint
CREATE INDEX "inbox_user" ON "inbox" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "messages_channel" ON "messages" USING btree ("channel_id","sent_at");--> statement-breakpoint
CREATE INDEX "messages_author" ON "messages" USING btree ("author_id");--> statement-breakpoint
CREATE INDEX "outbox_pending" ON "outbox" USING btree ("not_before") WHERE "outbox"."state" = 'pending';--> statement-breakpoint
CREATE INDEX "outbox_user" ON "outbox" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "user_memories_current" ON "user_memories" USING btree ("user_id") WHERE "user_memories"."superseded_at" is null;