-- Six analytical queries of varying length on the tables of pgbench. The demo makes such a database by itself; for one
-- of your own: pgbench --initialize --scale=20 DATABASE (its history is empty at first, which makes one of them short).

-- name: balance_by_branch
-- expect: 1s
select b.bid, count(*) as accounts, sum(a.abalance) as total, round(avg(a.abalance), 2) as mean,
  round(stddev_samp(a.abalance::numeric), 2) as deviation, corr(a.abalance, a.aid)::numeric(9, 6) as trend,
  count(distinct a.abalance) as different, min(a.abalance) as lowest, max(a.abalance) as highest
from pgbench_branches b
join pgbench_accounts a using (bid)
group by b.bid
order by b.bid;

-- name: movements_by_hour
-- expect: 2s
with recent as (
  select mtime, aid, delta,
    avg(delta) over (partition by tid order by mtime range interval '3 hours' preceding) as mean,
    count(*) over (partition by bid order by mtime range interval '3 hours' preceding) as earlier,
    sum(delta) over (partition by aid order by mtime) as moved
  from pgbench_history
)
select date_trunc('hour', mtime) as hour, count(*) as movements, sum(r.delta) as total, round(avg(r.mean), 2) as mean,
  max(r.earlier) as busiest, count(*) filter (where a.abalance + r.moved < 0) as overdrawn
from recent r
join pgbench_accounts a using (aid)
group by 1
order by 1;

-- name: account_fingerprints
-- expect: 7s
select bid, count(*) as accounts,
  min(encode(sha512(sha512(sha512(sha512(convert_to(account, 'UTF8'))))), 'hex')) as least_hash,
  bit_xor(('x' || left(md5(md5(account)), 15))::bit(60)::bigint) as fingerprint
from (select bid, concat_ws('|', aid, bid, abalance, filler) as account from pgbench_accounts) accounts
group by bid
order by bid;

-- name: balance_quantiles
-- expect: 3s
select bid, abs(aid % 5) as fifth, percentile_disc(array[0.05, 0.25, 0.5, 0.75, 0.95]) within group (order by abalance)
  as quantiles, mode() within group (order by abalance) as commonest, count(distinct abalance) as different,
  count(distinct abalance % 1000) as remainders
from pgbench_accounts
group by grouping sets ((bid, abs(aid % 5)), (bid), ())
order by bid, fifth;

-- name: gaps_between_balances
-- expect: 4s
with neighbours as (
  select bid, abalance, abalance - lag(abalance) over by_balance as gap, ntile(100) over by_balance as percentile,
    sum(abalance) over (partition by bid order by aid) as balance_so_far,
    rank() over (partition by bid order by abalance desc) as place
  from pgbench_accounts
  window by_balance as (order by abalance, aid)
)
select percentile, count(*) as accounts, min(abalance) as lowest, max(gap) as widest_gap,
  count(distinct bid) as branches, max(balance_so_far) as most_so_far, min(place) as best_place
from neighbours
group by percentile
order by percentile;

-- name: branches_compared
-- expect: 3s
select a.bid as branch, b.bid as other, count(*) filter (where a.abalance > b.abalance) as richer,
  max(a.abalance - b.abalance) as widest, sum(abs(a.abalance - b.abalance)::bigint) as difference
from pgbench_accounts a
join pgbench_accounts b on b.aid % 100000 = a.aid % 100000 and a.bid < b.bid
where a.bid % 2 = 1
group by a.bid, b.bid
order by a.bid, b.bid;
