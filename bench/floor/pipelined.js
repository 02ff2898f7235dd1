// The floor for a program with the same promises: 64 migrations a message, each in a transaction of its own with its history row.
// node pipelined.js SCRIPT, DATABASE_URL in the environment. SCRIPT is a JSON array of the transactions' texts.
import { readFileSync } from 'node:fs';
import pg from 'pg';

const texts = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
await client.connect();
for (let index = 0; index < texts.length; index += 64) {
  await client.query(texts.slice(index, index + 64).join(''));
}
await client.end();
