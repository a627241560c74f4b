-- The two roles and what each new database starts with. Run once, by a superuser, in template1;
-- decide/servers.py does it on a laptop, create-decide.sh in docker-compose.yml.
-- Who runs it then gives both roles a password and makes the database.

-- Owns the tables and migrates.
CREATE ROLE decide_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE CREATEDB;
-- The site: it sees and writes what row-level security lets it, and cannot change the tables.
CREATE ROLE decide_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB;

CREATE EXTENSION pg_trgm;
CREATE EXTENSION unaccent;
CREATE EXTENSION btree_gist;

GRANT USAGE, CREATE ON SCHEMA public TO decide_owner;
GRANT USAGE ON SCHEMA public TO decide_app;
ALTER DEFAULT PRIVILEGES FOR ROLE decide_owner IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO decide_app;
ALTER DEFAULT PRIVILEGES FOR ROLE decide_owner IN SCHEMA public
  GRANT USAGE, SELECT ON SEQUENCES TO decide_app;
ALTER DEFAULT PRIVILEGES FOR ROLE decide_owner IN SCHEMA public
  GRANT EXECUTE ON FUNCTIONS TO decide_app;
