CREATE TABLE "gateways" (
	"platform" text PRIMARY KEY NOT NULL,
	"position" bigint NOT NULL,
	"in_time" bigint NOT NULL
);
--> statement-breakpoint
DROP INDEX "outbox_pending";--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "seq" bigint NOT NULL GENERATED ALWAYS AS IDENTITY (sequence name "outbox_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1);--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "platform" text NOT NULL;--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "origin" jsonb NOT NULL;--> statement-breakpoint
CREATE INDEX "outbox_waiting" ON "outbox" USING btree ("platform","channel_id","seq") WHERE "outbox"."state" = 'pending';