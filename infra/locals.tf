# Names that more than one file uses. src/adapters/aws/resources.ts has the same names for the code. A
# test compares the two.

data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  account_id = data.aws_caller_identity.current.account_id
  partition  = data.aws_partition.current.partition
  arn        = "arn:${local.partition}"
  here       = "${var.aws_region}:${local.account_id}"

  function_names = {
    ingest     = "ExchangeIngest"
    matcher    = "ExchangeMatcher"
    query      = "ExchangeQuery"
    connect    = "ExchangeConnect"
    message    = "ExchangeMessage"
    disconnect = "ExchangeDisconnect"
    notifier   = "ExchangeNotifier"
    lake       = "ExchangeLake"
  }
  stream_names = {
    orders = "KDS_Orders"
    trades = "KDS_Trades"
    events = "KDS_Events"
  }
  table_names = {
    orders      = "Orders"
    order_lists = "OrderLists"
    trades      = "Trades"
    positions   = "Positions"
    instruments = "Instruments"
    connections = "Connections"
    candles     = "Candles"
    fills       = "Fills"
  }

  # Exist only with live market data (the variable market_data).
  of_market    = ["connect", "message", "disconnect", "notifier", "connections", "candles", "fills"]
  market_count = var.market_data ? 1 : 0

  # Those that exist.
  functions = { for key, name in local.function_names : key => name if var.market_data || !contains(local.of_market, key) }
  tables    = { for key, name in local.table_names : key => name if var.market_data || !contains(local.of_market, key) }

  # Inside the network. The others call public AWS services only.
  vpc_functions = ["matcher", "query"]

  lake_bucket   = "exchange-data-lake-${local.account_id}-${var.aws_region}"
  logs_bucket   = "exchange-access-logs-${local.account_id}-${var.aws_region}"
  screen_bucket = "exchange-screen-${local.account_id}-${var.aws_region}"

  # Built from names, not read from the resources, so that every plan shows complete policies.
  lake_arn      = "${local.arn}:s3:::${local.lake_bucket}"
  stream_arns   = { for key, name in local.stream_names : key => "${local.arn}:kinesis:${local.here}:stream/${name}" }
  table_arns    = { for key, name in local.table_names : key => "${local.arn}:dynamodb:${local.here}:table/${name}" }
  role_arns     = { for key, name in local.function_names : key => "${local.arn}:iam::${local.account_id}:role/${name}-${var.aws_region}" }
  function_arns = { for key, name in local.function_names : key => "${local.arn}:lambda:${local.here}:function:${name}" }
  log_group_arns = {
    for key, name in local.function_names : key => "${local.arn}:logs:${local.here}:log-group:/aws/lambda/${name}"
  }

  # Crawlers read only orders/ and trades/, so nothing under these prefixes becomes a table by accident.
  prefixes = {
    snapshots      = "snapshots/"
    dead_letters   = "dead-letters/"
    parked         = "parked/"
    raw            = "raw/"
    errors         = "errors/"
    athena_results = "athena-results/"
  }

  redis_id = "exchange"
  # The names of the nodes follow from the name of the group. Alarms need them before the nodes exist.
  redis_node_ids = [for n in range(var.redis_replica ? 2 : 1) : format("%s-%03d", local.redis_id, n + 1)]
  redis_host     = aws_elasticache_replication_group.redis.primary_endpoint_address
  redis_port     = 6379

  dashboard_name = "Exchange-${var.aws_region}" # dashboards, like roles, are global to an account
  service_name   = "Exchange"                   # namespace of our own metrics
}
