# Delivers the lake: Parquet under orders/ and trades/ (by the tables of glue.tf). ExchangeLake makes the rows: those of
# orders of the events of KDS_Events, those of trades are the lines of KDS_Trades. It also says on which day, in UTC, the
# events of a record happened, and that day is the folder of the rows (dynamic partitioning). So all copies of an event
# are in the same folder. The records as they came are under raw/, by the day of their arrival. Records that could not
# be read or converted are under errors/. lake_commands.tf delivers the commands.

locals {
  lake_sources = {
    orders = { stream = "events" }
    trades = { stream = "trades" }
  }
  day_prefix   = "year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=!{timestamp:dd}/"
  event_prefix = "year=!{partitionKeyFromLambda:year}/month=!{partitionKeyFromLambda:month}/day=!{partitionKeyFromLambda:day}/"

  # What is not named has Firehose's default. The provider does not store defaults, so a plan would always set them.
  lake_processor = {
    LambdaArn = aws_lambda_alias.lake.arn
    # The least. Rows are larger than events, and an answer has at most 6 MB (src/adapters/aws/lake-delivery.ts).
    BufferSizeInMBs = "0.2"
    # A failed invocation is repeated, because a batch that is given up is missing from the lake. The streams keep the
    # records meanwhile.
    NumberOfRetries = "100"
  }
}

resource "aws_kinesis_firehose_delivery_stream" "lake" {
  for_each = local.lake_sources

  name        = "exchange-${each.key}"
  destination = "extended_s3"

  kinesis_source_configuration {
    kinesis_stream_arn = each.value.stream == "events" ? aws_kinesis_stream.events.arn : aws_kinesis_stream.trades.arn
    role_arn           = aws_iam_role.service["exchange-firehose"].arn
  }

  extended_s3_configuration {
    role_arn            = aws_iam_role.service["exchange-firehose"].arn
    bucket_arn          = aws_s3_bucket.lake.arn
    kms_key_arn         = aws_kms_key.exchange.arn
    prefix              = "${each.key}/${local.event_prefix}"
    error_output_prefix = "${local.prefixes.errors}${each.key}/!{firehose:error-output-type}/${local.day_prefix}"
    buffering_size      = 64 # MB, the minimum for Parquet
    buffering_interval  = 300
    compression_format  = "UNCOMPRESSED" # Parquet is already compressed

    dynamic_partitioning_configuration {
      enabled = true
    }

    processing_configuration {
      enabled = true

      processors {
        type = "Lambda"

        dynamic "parameters" {
          for_each = local.lake_processor

          content {
            parameter_name  = parameters.key
            parameter_value = parameters.value
          }
        }
      }
    }

    data_format_conversion_configuration {
      input_format_configuration {
        deserializer {
          # It reads decimal text exactly; the OpenX reader has no decimals (docs/decisions/0040).
          hive_json_ser_de {
            timestamp_formats = ["millis"]
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
        table_name    = aws_glue_catalog_table.lake[each.key].name
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
  for_each = toset(concat(["commands"], flatten([for name in keys(local.lake_sources) : [name, "${name}-raw"]])))

  name           = each.key
  log_group_name = aws_cloudwatch_log_group.firehose.name
}

resource "aws_cloudwatch_log_group" "firehose" {
  name              = "/exchange/firehose"
  retention_in_days = var.log_retention_days
  kms_key_id        = aws_kms_key.exchange.arn
}
