ALTER TABLE "messages" ADD COLUMN "private_to" text;--> statement-breakpoint
CREATE INDEX "messages_private" ON "messages" USING btree ("private_to");