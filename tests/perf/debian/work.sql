-- SQLite: insertions, an index, a join, groups and text, in memory; :n rows.
CREATE TABLE item(id INTEGER PRIMARY KEY, kind INTEGER, price REAL, name TEXT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :n)
    INSERT INTO item SELECT i, i * 7919 % 101, i % 977 / 7.0, printf('item-%05d', i * 31 % :n) FROM n;
CREATE INDEX item_name ON item(name);
CREATE TABLE kind(id INTEGER PRIMARY KEY, label TEXT);
INSERT INTO kind SELECT DISTINCT kind, 'kind ' || kind FROM item;
SELECT label, count(*), round(sum(price), 3) FROM item JOIN kind ON kind.id = item.kind
    GROUP BY label ORDER BY 3 DESC LIMIT 5;
SELECT count(*) FROM item WHERE name LIKE '%77%';
SELECT a.id, b.id FROM item a JOIN item b ON b.name = printf('item-%05d', a.id) WHERE a.kind = 5
    ORDER BY b.id LIMIT 3;
UPDATE item SET price = price * 1.1 WHERE kind % 3 = 0;
DELETE FROM item WHERE id % 5 = 0;
SELECT count(*), round(sum(price), 3), max(name) FROM item;
