ALTER TABLE "inbox" ADD COLUMN "in_vain" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "inbox" ADD COLUMN "kept_steps" integer DEFAULT 0 NOT NULL;