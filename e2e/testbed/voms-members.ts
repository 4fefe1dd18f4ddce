/**
 * The tables of a VOMS server, version 3: one row a certificate, which can be suspended. The names are the server's
 * own; what it does not read in the tests is left out.
 */
import { slashForm, type Certificate, type DistinguishedName } from '@wm/credentials';

/** How the server writes a name: bytes beyond ASCII as \xC3. */
export const escapedDn = (name: DistinguishedName): string =>
  [...new TextEncoder().encode(slashForm(name))]
    .map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : `\\x${byte.toString(16).toUpperCase()}`))
    .join('');

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

export const schemaSql = (vo: string, password: string): string => `
  create database voms character set utf8mb4;
  use voms;
  create table version (version int not null primary key);
  create table seqnumber (seq varchar(255) not null primary key);
  create table ca (cid smallint auto_increment primary key, subject_string varchar(255) not null unique);
  create table usr (userid bigint auto_increment primary key, name varchar(255), mail varchar(255));
  create table certificate (id bigint auto_increment primary key, usr_id bigint not null, ca_id smallint not null,
    subject_string varchar(255) not null, suspended tinyint not null default 0, suspended_reason varchar(255),
    unique (ca_id, subject_string));
  create table \`groups\` (gid bigint auto_increment primary key, dn varchar(255) not null unique, parent bigint,
    must tinyint not null default 1);
  create table roles (rid bigint auto_increment primary key, role varchar(255) not null unique);
  create table m (mapping_id bigint auto_increment primary key, userid bigint not null, gid bigint not null,
    rid bigint, cid bigint);
  create table attributes (a_id bigint auto_increment primary key, a_name varchar(255) not null unique);
  create table usr_attrs (a_id bigint not null, u_id bigint not null, a_value varchar(255) not null,
    primary key (a_id, u_id));
  create table group_attrs (a_id bigint not null, g_id bigint not null, a_value varchar(255) not null,
    primary key (a_id, g_id));
  create table role_attrs (a_id bigint not null, g_id bigint not null, r_id bigint not null,
    a_value varchar(255) not null, primary key (a_id, g_id, r_id));
  insert into version values (3);
  insert into seqnumber values ('00');
  insert into \`groups\` (dn, parent) values ('/${vo}', 1);
  create user voms@localhost identified by '${password}';
  grant select, insert, update, delete, lock tables on voms.* to voms@localhost;
`;

/** A member of the VO, and of groups one level below it, with roles. */
export function memberSql(vo: string, person: Certificate, fqans: readonly string[]): string {
  const [subject, issuer] = [person.subject, person.issuer].map((name) => quoted(escapedDn(name)));
  const memberships = [`/${vo}`, ...fqans].map((fqan) => {
    const [group = '', role] = fqan.split('/Role=');
    const makeGroup = `insert ignore into \`groups\` (dn, parent) values ('${group}', 1);`;
    const makeRole = role === undefined ? '' : `insert ignore into roles (role) values ('${role}');`;
    const roleId = role === undefined ? 'null' : `(select rid from roles where role = '${role}')`;
    return `${makeGroup} ${makeRole}
      insert into m (userid, gid, rid) select @member, gid, ${roleId} from \`groups\` where dn = '${group}';`;
  });
  return `use voms;
    insert ignore into ca (subject_string) values (${issuer});
    insert into usr (name) values (${subject});
    set @member = last_insert_id();
    insert into certificate (usr_id, ca_id, subject_string)
      select @member, cid, ${subject} from ca where subject_string = ${issuer};
    ${memberships.join('\n')}`;
}
