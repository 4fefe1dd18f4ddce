/**
 * Questions by key that reading works ask in the same moment on one connection, as one statement each kind. What a
 * work asks later goes with what others ask then.
 */
import type { Question, Row, SqlValue } from './database.ts';
import type { RunLater } from './postgres-connection.ts';
import { arrayLiteral } from './postgres-sql.ts';

interface Asking {
  readonly resolve: (rows: readonly Row[]) => void;
  readonly reject: (error: unknown) => void;
}

type Askings = Map<SqlValue, Asking[]>;

export class QuestionGatherer {
  readonly #run: RunLater;
  #questions = new Map<Question, Askings>();

  constructor(run: RunLater) {
    this.#run = run;
  }

  ask(question: Question, key: SqlValue): Promise<readonly Row[]> {
    return new Promise((resolve, reject) => {
      if (this.#questions.size === 0) queueMicrotask(() => this.#askAll());
      let askings = this.#questions.get(question);
      if (!askings) this.#questions.set(question, (askings = new Map()));
      const asking = { resolve, reject };
      const others = askings.get(key);
      if (others) others.push(asking);
      else askings.set(key, [asking]);
    });
  }

  #askAll(): void {
    const questions = this.#questions;
    this.#questions = new Map();
    for (const [question, askings] of questions)
      this.#answers(question, askings).then(
        (rowsOf) => {
          for (const [key, all] of askings) for (const { resolve } of all) resolve(rowsOf(key));
        },
        (error: unknown) => {
          for (const all of askings.values()) for (const { reject } of all) reject(error);
        },
      );
  }

  async #answers(question: Question, askings: Askings): Promise<(key: SqlValue) => readonly Row[]> {
    const keys = [...askings.keys()];
    if (keys.length === 1) {
      const found = await this.#run(question.one, keys);
      return () => found;
    }
    const found = await this.#run(question.many, [arrayLiteral(keys, question.key)]);
    const byKey = new Map<SqlValue, Row[]>();
    for (const { asked, ...row } of found) {
      const rows = byKey.get(asked as SqlValue);
      if (rows) rows.push(row);
      else byKey.set(asked as SqlValue, [row]);
    }
    return (key) => byKey.get(key) ?? [];
  }
}
