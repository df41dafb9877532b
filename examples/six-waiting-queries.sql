-- Six queries that only wait: 24 s in all, the longest 8 s. They need no processor, so that any machine shows how well
-- they overlap. The order is an unlucky one on purpose: taken as they stand, two workers need 15 s and three need 9 s.
-- Longest first they need 12 s and 8 s, which is as good as can be.

-- name: wait_1
-- expect: 1s
select 1 as seconds, pg_sleep(1)::text as waited;

-- name: wait_3
-- expect: 3s
select 3 as seconds, pg_sleep(3)::text as waited;

-- name: wait_8
-- expect: 8s
select 8 as seconds, pg_sleep(8)::text as waited;

-- name: wait_2
-- expect: 2s
select 2 as seconds, pg_sleep(2)::text as waited;

-- name: wait_4
-- expect: 4s
select 4 as seconds, pg_sleep(4)::text as waited;

-- name: wait_6
-- expect: 6s
select 6 as seconds, pg_sleep(6)::text as waited;
