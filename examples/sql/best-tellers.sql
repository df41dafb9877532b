-- The ten tellers through whose hands most of the day's money went.
select tid as teller, bid as branch, count(*) as movements, sum(abs(delta)) as turnover
from pgbench_history
where mtime >= :interval_start and mtime < :interval_end and abs(delta) >= :least
group by tid, bid
order by turnover desc, tid
limit :most
