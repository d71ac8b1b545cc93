# Delivers both streams into the lake: Parquet under orders/ and trades/ (by the tables of glue.tf), the
# original lines under raw/, unreadable lines under errors/. The time in a path is the time of arrival
# in the delivery stream, in UTC.

locals {
  lake_sources = {
    orders = { table = "orders", stream = aws_kinesis_stream.orders.arn }
    trades = { table = "trades", stream = aws_kinesis_stream.trades.arn }
  }
  day_prefix = "year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=!{timestamp:dd}/"
}

resource "aws_kinesis_firehose_delivery_stream" "lake" {
  for_each = local.lake_sources

  name        = "exchange-${each.key}"
  destination = "extended_s3"

  kinesis_source_configuration {
    kinesis_stream_arn = each.value.stream
    role_arn           = aws_iam_role.service["exchange-firehose"].arn
  }

  extended_s3_configuration {
    role_arn            = aws_iam_role.service["exchange-firehose"].arn
    bucket_arn          = aws_s3_bucket.lake.arn
    kms_key_arn         = aws_kms_key.exchange.arn
    prefix              = "${each.key}/${local.day_prefix}"
    error_output_prefix = "${local.prefixes.errors}${each.key}/!{firehose:error-output-type}/${local.day_prefix}"
    buffering_size      = 64 # MB, the minimum for Parquet
    buffering_interval  = 300
    compression_format  = "UNCOMPRESSED" # Parquet is already compressed

    data_format_conversion_configuration {
      input_format_configuration {
        deserializer {
          open_x_json_ser_de {
            case_insensitive = true
          }
        }
      }
      output_format_configuration {
        serializer {
          parquet_ser_de {
            compression = "SNAPPY"
          }
        }
      }
      schema_configuration {
        database_name = aws_glue_catalog_database.lake.name
        table_name    = aws_glue_catalog_table.lake[each.value.table].name
        region        = var.aws_region
        role_arn      = aws_iam_role.service["exchange-firehose"].arn
      }
    }

    s3_backup_mode = "Enabled"
    s3_backup_configuration {
      role_arn            = aws_iam_role.service["exchange-firehose"].arn
      bucket_arn          = aws_s3_bucket.lake.arn
      kms_key_arn         = aws_kms_key.exchange.arn
      prefix              = "${local.prefixes.raw}${each.key}/${local.day_prefix}"
      error_output_prefix = "${local.prefixes.errors}${each.key}-raw/!{firehose:error-output-type}/${local.day_prefix}"
      buffering_size      = 64
      buffering_interval  = 300
      compression_format  = "GZIP"

      cloudwatch_logging_options {
        enabled         = true
        log_group_name  = aws_cloudwatch_log_group.firehose.name
        log_stream_name = "${each.key}-raw"
      }
    }

    cloudwatch_logging_options {
      enabled         = true
      log_group_name  = aws_cloudwatch_log_group.firehose.name
      log_stream_name = each.key
    }
  }

  depends_on = [aws_iam_role_policy.firehose, aws_cloudwatch_log_stream.firehose]
}

# Firehose does not create its log streams.
resource "aws_cloudwatch_log_stream" "firehose" {
  for_each = toset(flatten([for name in keys(local.lake_sources) : [name, "${name}-raw"]]))

  name           = each.key
  log_group_name = aws_cloudwatch_log_group.firehose.name
}

resource "aws_cloudwatch_log_group" "firehose" {
  name              = "/exchange/firehose"
  retention_in_days = var.log_retention_days
  kms_key_id        = aws_kms_key.exchange.arn
}
