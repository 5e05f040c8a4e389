CREATE TABLE "forgotten_messages" (
	"message_id" text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
ALTER TABLE "agent_runs" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "agent_sessions" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "user_memories" ADD COLUMN "asked_for" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "user_memories" ADD COLUMN "recalled_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "messages_bodies" ON "messages" USING btree ("sent_at") WHERE (messages.content <> '' or messages.attachments <> '[]'::jsonb);--> statement-breakpoint
CREATE INDEX "agent_runs_bodies" ON "agent_runs" USING btree ("ended_at") WHERE (agent_runs.question <> '' or agent_runs.answer is not null);--> statement-breakpoint
CREATE POLICY "agent_runs_own" ON "agent_runs" AS PERMISSIVE FOR ALL TO public USING (current_user <> 'troupe_user' or user_id = current_setting('app.user_id', true)) WITH CHECK (current_user <> 'troupe_user' or user_id = current_setting('app.user_id', true));--> statement-breakpoint
CREATE POLICY "agent_sessions_own" ON "agent_sessions" AS PERMISSIVE FOR ALL TO public USING (current_user <> 'troupe_user' or user_id = current_setting('app.user_id', true)) WITH CHECK (current_user <> 'troupe_user' or user_id = current_setting('app.user_id', true));--> statement-breakpoint
-- As in 0002: where the role may not be made, there is no second fence round these tables.
DO $$ BEGIN
	GRANT SELECT ON agent_sessions TO troupe_user;
EXCEPTION WHEN undefined_object THEN
	NULL;
END $$;
