/** The schema files beside the migrations; that of PostgreSQL only where one can be started. */
import { dumpSchema } from '@wm/wms-core/schema-dump';
import { openTestDatabase, postgresIsMissing } from '@wm/wms-core/testing';

const engines = ['sqlite', 'postgres'] as const;

export async function schemas(): Promise<readonly { readonly file: string; readonly text: string }[]> {
  const files: { readonly file: string; readonly text: string }[] = [];
  for (const engine of engines) {
    const file = `packages/wms-core/src/db/schema.${engine}.sql`;
    const reason = engine === 'postgres' && postgresIsMissing();
    if (reason) {
      process.stderr.write(`skipped: ${file}: ${reason}\n`);
      continue;
    }
    await using database = await openTestDatabase({ engine });
    files.push({ file, text: await dumpSchema(database) });
  }
  return files;
}
