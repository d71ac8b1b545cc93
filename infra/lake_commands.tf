# The commands of the exchange as they came: the lines of KDS_Orders, which the stream itself keeps for its retention
# only. They are the record of what operators did, and everything else can be made from them. Athena reads the lines as
# the table `commands`, without a crawler: partition projection.

resource "aws_kinesis_firehose_delivery_stream" "commands" {
  name        = "exchange-commands"
  destination = "extended_s3"

  kinesis_source_configuration {
    kinesis_stream_arn = aws_kinesis_stream.orders.arn
    role_arn           = aws_iam_role.service["exchange-firehose"].arn
  }

  extended_s3_configuration {
    role_arn            = aws_iam_role.service["exchange-firehose"].arn
    bucket_arn          = aws_s3_bucket.lake.arn
    kms_key_arn         = aws_kms_key.exchange.arn
    prefix              = "${local.prefixes.raw}commands/${local.day_prefix}"
    error_output_prefix = "${local.prefixes.errors}commands/!{firehose:error-output-type}/${local.day_prefix}"
    buffering_size      = 64
    buffering_interval  = 300
    compression_format  = "GZIP"

    cloudwatch_logging_options {
      enabled         = true
      log_group_name  = aws_cloudwatch_log_group.firehose.name
      log_stream_name = "commands"
    }
  }

  depends_on = [aws_iam_role_policy.firehose, aws_cloudwatch_log_stream.firehose]
}

resource "aws_glue_catalog_table" "commands" {
  name          = "commands"
  database_name = aws_glue_catalog_database.lake.name
  description   = "Commands of clients and operators, by the day of their arrival in the lake (docs/reference/commands.md)"
  table_type    = "EXTERNAL_TABLE"
  parameters = {
    EXTERNAL                  = "TRUE"
    classification            = "json"
    "projection.enabled"      = "true"
    "projection.year.type"    = "integer"
    "projection.year.range"   = "2024,2099"
    "projection.month.type"   = "integer"
    "projection.month.range"  = "1,12"
    "projection.month.digits" = "2"
    "projection.day.type"     = "integer"
    "projection.day.range"    = "1,31"
    "projection.day.digits"   = "2"
  }

  dynamic "partition_keys" {
    for_each = local.partition_columns

    content {
      name = partition_keys.value
      type = "string"
    }
  }

  storage_descriptor {
    location      = "s3://${local.lake_bucket}/${local.prefixes.raw}commands/"
    input_format  = "org.apache.hadoop.mapred.TextInputFormat"
    output_format = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"

    ser_de_info {
      serialization_library = "org.openx.data.jsonserde.JsonSerDe"
      parameters            = { "case.insensitive" = "true" }
    }

    # Fields that operators' commands have, and the names of the others. The lines have more; all values are text.
    dynamic "columns" {
      for_each = [
        "kind", "symbol", "account", "orderid", "quantity", "price", "phase", "low", "high", "base", "quote", "ticksize",
        "lotsize", "minquantity", "maxquantity", "rules", "operator", "operatorkey", "operatorreason", "requestid", "traceid",
      ]

      content {
        name = columns.value
        type = "string"
      }
    }
  }
}
