import type { Step } from '../../../plan/step.js';
import { sh, type Command } from '../../../shell/command.js';
import type { ClusterView, Node } from '../../datastore.js';
import { layoutOf } from '../layout.js';
import { asOwner } from '../owner.js';
import { strictly } from '../sql.js';

/** Every row of every table, with what is stored beside it, on its way to nowhere. */
const readAll = `DO $do$ DECLARE name regclass; BEGIN
  FOR name IN SELECT oid::regclass FROM pg_class WHERE relkind IN ('r', 'm') AND relpersistence <> 't' LOOP
    EXECUTE format('COPY (SELECT * FROM ONLY %s) TO ''/dev/null''', name);
  END LOOP;
END $do$;`;

/** What pg_amcheck does, where there is none: every table, and every B-tree against its table. */
const checkIndexes = `DO $do$ DECLARE index regclass; relation regclass; wrong record; place text; BEGIN
  IF NOT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'amcheck') THEN RETURN; END IF;
  CREATE EXTENSION IF NOT EXISTS amcheck SCHEMA pg_catalog;
  SELECT extnamespace::regnamespace INTO place FROM pg_extension WHERE extname = 'amcheck';
  FOR index IN SELECT i.indexrelid::regclass FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
      JOIN pg_am a ON a.oid = c.relam WHERE a.amname = 'btree' AND c.relkind = 'i' AND c.relpersistence <> 't' AND i.indisvalid
  LOOP EXECUTE format('SELECT %s.bt_index_check($1, true)', place) USING index; END LOOP;
  FOR relation IN SELECT c.oid::regclass FROM pg_class c JOIN pg_am a ON a.oid = c.relam
      WHERE a.amname = 'heap' AND c.relkind IN ('r', 'm', 't') AND c.relpersistence <> 't'
  LOOP
    EXECUTE format('SELECT * FROM %s.verify_heapam($1, on_error_stop => true, check_toast => true) LIMIT 1', place)
      INTO wrong USING relation;
    IF wrong.msg IS NOT NULL THEN RAISE EXCEPTION 'the table %, block %: %', relation, wrong.blkno, wrong.msg; END IF;
  END LOOP;
END $do$;`;

/**
 * In each database: the indexes and tables by amcheck (on a server of its own by pg_amcheck), and a
 * read of every table, which checks the sum of each of its pages.
 */
export function verifyData(cluster: ClusterView, node: Node): Step[] {
  const { bin, run } = layoutOf(cluster, node);
  const local = node.facts.init === 'local';
  const place = ['-h', run, '-p', node.port, '-U', 'postgres'];
  const psql = sh`env ${strictly} ${`${bin}psql`} -XqAt -v ON_ERROR_STOP=1 ${place}`;
  const amcheck: Command = sh`${`${bin}pg_amcheck`} --all --install-missing --heapallindexed ${place}`;
  const each = (sql: string): Command =>
    sh`names=$(${psql} -d postgres -c 'SELECT datname FROM pg_database WHERE datallowconn') && printf '%s\\n' "$names" | while IFS= read -r name; do
  ${psql} -d "$name" -c ${sql} </dev/null || { echo "in the database $name" >&2; exit 1; }
done`;
  const check = (name: string, job: string, command: Command): Step => ({
    name,
    check: sh`[ -f ${`${layoutOf(cluster, node).data}.${job}`} ]`,
    apply: [
      {
        kind: 'detached',
        name: `postgresql-${job}`,
        command: asOwner(node, sh`(${command}) && : >${`${layoutOf(cluster, node).data}.${job}`}`),
        init: node.facts.init,
        timeoutMs: 24 * 3_600_000,
      },
    ],
  });
  return [
    check('check the indexes', 'checked', local ? each(checkIndexes) : amcheck),
    check('read every table', 'read', each(readAll)),
  ];
}
