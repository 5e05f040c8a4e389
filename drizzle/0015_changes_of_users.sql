CREATE TABLE "user_changes" (
	"seq" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "user_changes_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"user_id" text NOT NULL,
	"about" text NOT NULL,
	"owner" bigint NOT NULL,
	"at" timestamp (3) with time zone DEFAULT clock_timestamp() NOT NULL
);
--> statement-breakpoint
CREATE INDEX "user_changes_user" ON "user_changes" USING btree ("user_id","seq");--> statement-breakpoint
CREATE INDEX "user_changes_at" ON "user_changes" USING btree ("at");--> statement-breakpoint
-- As in 0002: where the role may not be made, there is no second fence, and nothing to be granted.
DO $$ BEGIN
	GRANT SELECT, INSERT ON user_changes TO troupe_user;
EXCEPTION WHEN undefined_object THEN
	NULL;
END $$;
