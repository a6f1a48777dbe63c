import type { Db } from './database.ts';

/**
 * Takes over what another catalogue knows of these collections, so that an import reads only the files that are
 * not the same. Where examples stand in their files is left out: it lists tasks, it reads none.
 */
export function copyCollections(db: Db, from: string, names: readonly string[]): void {
  db.prepare('ATTACH ? AS origin').run(from);
  try {
    db.transaction(() => {
      db.prepare(
        'INSERT INTO collection SELECT * FROM origin.collection WHERE name IN (SELECT value FROM json_each(?))',
      ).run(JSON.stringify(names));
      for (const table of ['file', 'task'])
        db.exec(
          `INSERT INTO ${table} SELECT * FROM origin.${table} WHERE collection IN (SELECT id FROM collection)`,
        );
      for (const table of ['part', 'segment', 'skip'])
        db.exec(`INSERT INTO ${table} SELECT * FROM origin.${table} WHERE file IN (SELECT id FROM file)`);
      db.exec('INSERT INTO facts SELECT * FROM origin.facts WHERE id IN (SELECT facts FROM part)');
    })();
  } finally {
    db.exec('DETACH origin');
  }
}
