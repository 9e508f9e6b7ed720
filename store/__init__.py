"""What is remembered: tables, migrations, outbox, blobs."""
