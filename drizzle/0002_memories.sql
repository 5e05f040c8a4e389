CREATE TABLE "forgotten" (
	"user_id" text NOT NULL,
	"about" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"erased_at" timestamp (3) with time zone,
	CONSTRAINT "forgotten_user_id_about_pk" PRIMARY KEY("user_id","about")
);
--> statement-breakpoint
CREATE TABLE "memory_audit" (
	"seq" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "memory_audit_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"user_id" text NOT NULL,
	"memory_id" uuid NOT NULL,
	"op" text NOT NULL,
	"before" text,
	"after" text,
	"run_id" text,
	"at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "memory_audit" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "memory_settings" (
	"user_id" text PRIMARY KEY NOT NULL,
	"enabled" boolean NOT NULL,
	"direct_everywhere" boolean NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "memory_settings" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "user_memories" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
DROP INDEX "user_memories_current";--> statement-breakpoint
ALTER TABLE "user_memories" ALTER COLUMN "memory_id" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "user_memories" ALTER COLUMN "source_run_id" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "agent_runs" ADD COLUMN "audience" text DEFAULT 'asker' NOT NULL;--> statement-breakpoint
ALTER TABLE "agent_runs" ADD COLUMN "recalled" text;--> statement-breakpoint
ALTER TABLE "agent_runs" ADD COLUMN "summary" text;--> statement-breakpoint
ALTER TABLE "agent_runs" ADD COLUMN "to_remember" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "agent_sessions" ADD COLUMN "summarised_to" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "user_memories" ADD COLUMN "kind" text NOT NULL;--> statement-breakpoint
ALTER TABLE "user_memories" ADD COLUMN "topics" jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "user_memories" ADD COLUMN "importance" real NOT NULL;--> statement-breakpoint
ALTER TABLE "user_memories" ADD COLUMN "audience" text NOT NULL;--> statement-breakpoint
ALTER TABLE "user_memories" ADD COLUMN "evidence" text NOT NULL;--> statement-breakpoint
ALTER TABLE "user_memories" ADD COLUMN "hash" text NOT NULL;--> statement-breakpoint
ALTER TABLE "user_memories" ADD COLUMN "source_channel_id" text NOT NULL;--> statement-breakpoint
ALTER TABLE "user_memories" ADD COLUMN "event_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "user_memories" ADD COLUMN "embedding" text;--> statement-breakpoint
ALTER TABLE "user_memories" ADD COLUMN "embedder" text;--> statement-breakpoint
CREATE INDEX "forgotten_unerased" ON "forgotten" USING btree ("at") WHERE "forgotten"."erased_at" is null;--> statement-breakpoint
CREATE INDEX "memory_audit_memory" ON "memory_audit" USING btree ("user_id","memory_id");--> statement-breakpoint
CREATE INDEX "agent_runs_to_remember" ON "agent_runs" USING btree ("user_id","asked_at") WHERE "agent_runs"."to_remember";--> statement-breakpoint
CREATE INDEX "user_memories_user" ON "user_memories" USING btree ("user_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "user_memories_current" ON "user_memories" USING btree ("user_id","hash") WHERE "user_memories"."superseded_at" is null;--> statement-breakpoint
ALTER TABLE "user_memories" DROP COLUMN "origin";--> statement-breakpoint
CREATE POLICY "user_memories_own" ON "user_memories" AS PERMISSIVE FOR ALL TO public USING (user_id = current_setting('app.user_id', true)) WITH CHECK (user_id = current_setting('app.user_id', true));--> statement-breakpoint
CREATE POLICY "memory_audit_own" ON "memory_audit" AS PERMISSIVE FOR ALL TO public USING (user_id = current_setting('app.user_id', true)) WITH CHECK (user_id = current_setting('app.user_id', true));--> statement-breakpoint
CREATE POLICY "memory_settings_own" ON "memory_settings" AS PERMISSIVE FOR ALL TO public USING (user_id = current_setting('app.user_id', true)) WITH CHECK (user_id = current_setting('app.user_id', true));--> statement-breakpoint
ALTER TABLE "user_memories" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "memory_audit" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "memory_settings" FORCE ROW LEVEL SECURITY;--> statement-breakpoint
-- A role without privileges of its own: policies hold for it even where the program connects as a superuser, whom they do
-- not bind. Where it may not be made, the owner of the tables is bound all the same. Roles belong to the whole server, so
-- another database may be making it at this moment.
DO $$ BEGIN
	IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'troupe_user') THEN
		CREATE ROLE troupe_user NOLOGIN;
	END IF;
EXCEPTION WHEN insufficient_privilege OR duplicate_object OR unique_violation THEN
	NULL;
END $$;--> statement-breakpoint
DO $$ BEGIN
	GRANT troupe_user TO CURRENT_USER;
EXCEPTION WHEN OTHERS THEN
	NULL;
END $$;--> statement-breakpoint
DO $$ BEGIN
	EXECUTE format('GRANT USAGE ON SCHEMA %I TO troupe_user', current_schema());
	GRANT SELECT, INSERT, UPDATE, DELETE ON user_memories, memory_audit, memory_settings TO troupe_user;
	GRANT SELECT, UPDATE ON agent_runs TO troupe_user;
	GRANT SELECT, INSERT, UPDATE ON usage_days TO troupe_user;
	GRANT SELECT ON forgotten TO troupe_user;
EXCEPTION WHEN undefined_object THEN
	NULL;
END $$;
