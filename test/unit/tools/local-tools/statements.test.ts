import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { split } from '../../../../src/tools/local-tools/statements.js';

describe('splitting a script into statements', () => {
  it.each([
    ['SELECT 1; SELECT 2', ['SELECT 1;', ' SELECT 2']],
    ['', []],
    [' ;; \n; -- nothing', []],
    ["SELECT ';'; SELECT 'it''s;'", ["SELECT ';';", " SELECT 'it''s;'"]],
    [`SELECT E'\\';'; SELECT 1`, [`SELECT E'\\';';`, ' SELECT 1']],
    [`SELECT '\\'; SELECT 1`, [`SELECT '\\';`, ' SELECT 1']],
    ['SELECT 1 AS ";"; SELECT 2', ['SELECT 1 AS ";";', ' SELECT 2']],
    ['SELECT $$;$$; SELECT $a$;$$;$b$;$a$; x', ['SELECT $$;$$;', ' SELECT $a$;$$;$b$;$a$;', ' x']],
    ['SELECT $1; SELECT a$b$c; y', ['SELECT $1;', ' SELECT a$b$c;', ' y']],
    ['SELECT 1 -- ; \n; SELECT 2', ['SELECT 1 -- ; \n;', ' SELECT 2']],
    ['SELECT 1 /* ; /* ; */ ; */; SELECT 2', ['SELECT 1 /* ; /* ; */ ; */;', ' SELECT 2']],
    [
      'CREATE RULE r AS ON INSERT TO t DO (a; b); SELECT 2',
      ['CREATE RULE r AS ON INSERT TO t DO (a; b);', ' SELECT 2'],
    ],
    ["SELECT 'open; text", ["SELECT 'open;", ' text']],
  ])('%j', (script, statements) => {
    expect(split(script)).toEqual(statements);
  });

  it('loses nothing but what is empty, and never ends inside a text', () => {
    const word = fc.constantFrom(
      "'a;''b'",
      '"c;"',
      '$$d;$$',
      '$x$e;$$;$x$',
      '-- f;\n',
      '/* g; */',
      'SELECT',
      '(h;)',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(fc.array(word, { minLength: 1 }), { minLength: 1 }), (groups) => {
        const statements = groups.map((words) => `x ${words.join(' ')};`);
        expect(split(statements.join(''))).toEqual(statements);
      }),
    );
  });
});
