# The order stream, the only source of truth, the stream of trades, and the stream of all events for the lake and live
# market data. The partition key is the symbol.

resource "aws_kinesis_stream" "orders" {
  name             = local.stream_names.orders
  shard_count      = var.order_shards
  retention_period = var.stream_retention_hours
  encryption_type  = "KMS"
  kms_key_id       = aws_kms_key.exchange.arn

  # Consumers that were added by hand do not block terraform destroy.
  enforce_consumer_deletion = !var.protect_data
}

resource "aws_kinesis_stream" "trades" {
  name             = local.stream_names.trades
  shard_count      = var.trade_shards
  retention_period = var.stream_retention_hours
  encryption_type  = "KMS"
  kms_key_id       = aws_kms_key.exchange.arn

  enforce_consumer_deletion = !var.protect_data
}

resource "aws_kinesis_stream" "events" {
  name             = local.stream_names.events
  shard_count      = var.event_shards
  retention_period = var.stream_retention_hours
  encryption_type  = "KMS"
  kms_key_id       = aws_kms_key.exchange.arn

  enforce_consumer_deletion = !var.protect_data
}

resource "aws_kinesis_stream_consumer" "matcher" {
  count = var.enhanced_fan_out ? 1 : 0

  name       = local.function_names.matcher
  stream_arn = aws_kinesis_stream.orders.arn
}

resource "aws_kinesis_stream_consumer" "notifier" {
  count = var.market_data && var.market_fan_out ? 1 : 0

  name       = local.function_names.notifier
  stream_arn = aws_kinesis_stream.events.arn
}
