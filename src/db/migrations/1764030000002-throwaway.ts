import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Clusters that are made for a proof, and go with it. */
export class Throwaway1764030000002 implements MigrationInterface {
  readonly name = 'Throwaway1764030000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE cluster ADD COLUMN throwaway boolean NOT NULL DEFAULT false');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE cluster DROP COLUMN throwaway');
  }
}
